//! The module made from its view, for code over dual numbers within a body.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::lift;
use super::model::{Field, Module, Role};
use crate::private::private;

/// Generates the impl of `OfView`, if the module exists over dual numbers.
pub(super) fn expand(module: &Module) -> Option<TokenStream> {
    if !lift::is_the_same(module) {
        lift::over_duals(module)?;
    }
    let (Module { name, generics, fields, .. }, private) = (module, private());
    let (parameters, arguments, _) = generics.split_for_impl();
    let own_bounds = module.predicates_of_view();
    let parts: Vec<_> = module.modules().collect();
    // With a lifetime, so that rustc does not require it where the module is never lifted.
    let bounds = parts.iter().map(|Field { ty, span, .. }| {
        let private = super::span::at(&private, *span);
        quote_spanned!(*span=> for<'of> #ty: #private::OfView)
    });
    let copies = fields.iter().map(|Field { name, ty, role, span, is_refused, .. }| match role {
        Role::Skipped if *is_refused => quote!(#name: ::core::unreachable!()),
        // As in the gradient, so that rustc reports a type that is not `Clone` once.
        Role::Skipped => quote_spanned!(*span=> #name: __Clone::clone(&view.#name)),
        _ => quote!(#name: <#ty as #private::OfView>::of_view(&view.#name)),
    });
    let sums = parts.iter().map(
        |Field { name, ty, .. }| quote!(<#ty as #private::OfView>::add_to_view(self.#name, gradient.#name);),
    );
    Some(quote! {
        #[automatically_derived]
        impl #parameters #private::OfView for #name #arguments
        where
            #(#own_bounds,)*
            #(#bounds,)*
        {
            fn of_view(view: &Self::View<'_, __Weight>) -> Self {
                #name { #(#copies),* }
            }
            fn add_to_view(self, gradient: Self::View<'_, __Gradient>) {
                #(#sums)*
            }
        }
    })
}
