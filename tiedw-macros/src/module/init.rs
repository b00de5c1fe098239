//! The impl of `Init`.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::{Field, Module, Role};
use crate::private::private;

pub(super) fn expand(module: &Module) -> TokenStream {
    let Module { name, .. } = module;
    let (private, params, arguments) = (private(), module.params(), module.arguments());
    let bounds = module.predicates();
    // The `for` keeps rustc from rejecting the impl itself if the type of a field has no `init`.
    let inits = module.fields.iter().map(|Field { ty, role, .. }| match role {
        Role::Skipped => quote!(for<'init> #ty: ::core::default::Default),
        _ => quote!(for<'init> #ty: __Init),
    });
    let fields = module.fields.iter().map(|Field { name, role, .. }| match role {
        Role::Skipped => quote!(#name: ::core::default::Default::default()),
        _ => quote!(#name: __Init::init(rng)),
    });
    quote! {
        #[automatically_derived]
        impl<#(#params),*> __Init for #name<#(#arguments),*>
        where
            #(#bounds,)*
            #(#inits,)*
        {
            fn init<Rng: #private::Rng + ?::core::marker::Sized>(rng: &mut Rng) -> Self {
                #name { #(#fields),* }
            }
        }
    }
}
