//! The view of a module: a struct with one borrow per field.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;

use super::generics::is_same;
use super::model::{Field, Module, Role};
use super::settings::{self, is_place};
use super::span::at;
use crate::private::private;

/// Generates the struct.
pub(super) fn declaration(module: &Module) -> TokenStream {
    let Module { vis, name, .. } = module;
    let (private, view) = (module.private_path(), module.view_name());
    let declared = module.generics.params.iter();
    let bounds = module.predicates_of_parts(&private);
    let fields = module.fields.iter().filter(|field| !is_place(field)).map(|field| {
        let &Field { ref vis, ref name, outside: ref ty, ref written, span, .. } = field;
        let doc = format!("The view of `{name}`.");
        let private = at(&private, span);
        let view_of = |ty: &Type| quote_spanned!(span=> <#ty as #private::Module>::View<'a, Use>);
        let ty = match field.role {
            Role::Skipped => quote!(#ty),
            _ if is_same(ty, written) => view_of(ty),
            _ => {
                let (ty, written) = (view_of(ty), view_of(written));
                return quote! {
                    #[cfg(not(doc))]
                    #[doc = #doc]
                    #vis #name: #ty,
                    #[cfg(doc)]
                    #[doc = #doc]
                    #vis #name: #written
                };
            }
        };
        quote!(#[doc = #doc] #vis #name: #ty)
    });
    let doc = format!("The view of [`{name}`]: itself with its ties in place.");
    let numbers = module.generics.type_params().map(|param| &param.ident);
    let marker = module.is_without_weights().then(|| {
        let marker = marker();
        quote!(#[doc(hidden)] pub #marker: ::core::marker::PhantomData<(&'a (), Use, #(#numbers,)*)>)
    });
    let (settings, settings_type) = (settings::field(module).into_iter(), settings::ty(module));
    quote! {
        #[doc = #doc]
        #[allow(dead_code, private_bounds, private_interfaces)]
        #vis struct #view<'a, #(#declared,)* Use: #private::Role = #private::Weight>
        where
            #(#bounds,)*
        {
            #(#fields,)*
            #(#[doc(hidden)] pub #settings: #settings_type,)*
            #marker
        }
    }
}

/// Generates its impls.
pub(super) fn impls(module: &Module) -> TokenStream {
    let (name, private, view) = (&module.name, private(), module.view_name());
    let (params, arguments) = (module.params(), module.arguments());
    let (bounds, full_bounds) = (module.predicates_of_parts(&private), module.predicates());
    let settings: Vec<_> = settings::field(module).into_iter().collect();
    let names = module.fields.iter().filter(|field| !is_place(field)).map(|field| &field.name);
    let types = module.modules().map(|field| &field.ty);
    let parts: Vec<_> = module.modules().map(|field| &field.name).collect();
    let skipped =
        module.fields.iter().filter(|field| matches!(field.role, Role::Skipped) && !is_place(field));
    let skipped: Vec<_> = skipped.map(|field| &field.name).collect();
    let marker: Vec<_> = module.is_without_weights().then(marker).into_iter().collect();
    quote! {
        #private::views! {
            [#(#params,)*] [#(#arguments,)*] [#(#bounds,)*]
            #view { #(#names)* #(#settings)* #(#marker)* } { #(#types,)* }
        }

        #[automatically_derived]
        impl<'a, #(#params,)* Use: __Role> #private::ViewOf<'a, Use> for #view<'a, #(#arguments,)* Use>
        where
            #(#full_bounds,)*
        {
            type Module = #name<#(#arguments),*>;

            #[inline]
            fn freeze(self) -> Self {
                #view {
                    #(#parts: #private::ViewOf::<'a, Use>::freeze(self.#parts),)*
                    #(#skipped: self.#skipped,)*
                    #(#settings: self.#settings,)*
                    #(#marker: self.#marker,)*
                }
            }
        }
    }
}

/// The field that uses the parameters of a view without weights.
pub(super) fn marker() -> Ident {
    Ident::new("__marker", Span::call_site())
}
