//! The impl of `Module`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Visibility;

use super::bind::{Bindings, Way};
use super::model::{Field, Module, Role};
use super::{open_ties, spec, visit};
use crate::private::private;

pub(super) fn expand(module: &Module, bindings: &Bindings<'_>) -> TokenStream {
    let Module { name, .. } = module;
    let (private, view) = (private(), module.view_name());
    let (params, arguments) = (module.params(), module.arguments());
    let (ties, spec) = (open_ties::ty(module), spec::expand(module));
    let bounds = module.predicates();
    let (mut elem, mut elem_param, mut elem_bound) = (visit::elem(module), None, None);
    // A public type may have a field of a private type, but must not name that type in its impls. So a type
    // parameter replaces the element type of the private type.
    if let Some(ty) = module.elem_module()
        && !matches!(module.vis, Visibility::Inherited)
    {
        let parameter = format_ident!("{name}Elem");
        elem_param = Some(quote!(#parameter: #private::Element));
        elem_bound = Some(quote!(#ty: __Module<Elem = #parameter>));
        elem = quote!(#parameter);
    }
    let bind = bindings.body(Way::Bind);
    let bind_mut = bindings.body(Way::BindMut);
    let zeros = module.fields.iter().map(|Field { name, ty, role, .. }| match role {
        Role::Skipped => quote!(#name: __Clone::clone(&self.#name)),
        _ => quote!(#name: <#ty as __Module>::gradient_like(&self.#name, fill)),
    });
    quote! {
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
            #private::walks!();
        }
    }
}
