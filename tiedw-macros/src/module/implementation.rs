//! The impl of `Module`.

use super::bind::{Bindings, Way};
use super::model::{Field, Module, Role};
use super::{open_ties, spec, visit};
use crate::private::private;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

pub(super) fn expand(module: &Module, bindings: &Bindings<'_>) -> TokenStream {
    let Module { name, .. } = module;
    let (private, view) = (private(), module.view_name());
    let (params, arguments) = (module.params(), module.arguments());
    let (ties, spec) = (open_ties::ty(module), spec::expand(module));
    let mut bounds = module.predicates();
    let (mut elem, mut elem_param, mut elem_bound, mut elem_trait) = (visit::elem(module), None, None, None);
    if module.hides_elem() {
        let (parameter, of_fields) = (format_ident!("__{name}Elem"), visit::elem_of_fields(module));
        let of_parts = module.predicates_of_parts(&private);
        elem_trait = Some(quote! {
            trait __ElemOfFields {
                type Elem: #private::Element;
            }
            #[automatically_derived]
            impl<#(#params),*> __ElemOfFields for #name<#(#arguments),*>
            where
                #(#of_parts,)*
            {
                type Elem = #of_fields;
            }
        });
        elem_param = Some(quote!(#parameter: #private::Element));
        elem_bound = Some(quote!(#name<#(#arguments),*>: __ElemOfFields<Elem = #parameter>));
        elem = quote!(#parameter);
        bounds = module.predicates_with(&elem);
    }
    let fields = visit::fields(module);
    let bind = bindings.body(Way::Bind);
    let bind_mut = bindings.body(Way::BindMut);
    let zeros = module.fields.iter().map(|Field { name, ty, role, span, is_refused, .. }| match role {
        Role::Skipped if *is_refused => quote!(#name: ::core::unreachable!()),
        // A type that is not `Clone` is reported at the field.
        Role::Skipped => quote_spanned!(*span=> #name: __Clone::clone(&self.#name)),
        _ => quote!(#name: <#ty as __Module>::gradient_like(&self.#name, fill)),
    });
    quote! {
        #elem_trait
        #[automatically_derived]
        impl<#(#params,)* #elem_param> __Module for #name<#(#arguments),*>
        where
            #(#bounds,)*
            #elem_bound
        {
            type Elem = #elem;
            type Ties<'a, Use: __Role> = #ties;
            type View<'a, Use: __Role> = #view<'a, #(#arguments,)* Use>;
            const SPEC: #private::Spec = #spec;

            #[inline]
            fn bind<'a>(&'a self, ties: Self::Ties<'a, __Weight>) -> Self::View<'a, __Weight> {
                #bind
            }
            #[inline]
            fn bind_mut<'a>(&'a mut self, ties: Self::Ties<'a, __Gradient>) -> Self::View<'a, __Gradient> {
                #bind_mut
            }
            fn gradient_like(&self, fill: #private::Fill) -> Self {
                #name { #(#zeros),* }
            }
            #private::walks!(#fields);
        }
    }
}
