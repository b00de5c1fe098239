//! The impl of `Init`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::model::{Field, Module, Role};
use crate::private::private;

/// The functions of `tiedw::init` that take no argument, which can be written without brackets.
const WITHOUT_ARGUMENTS: [&str; 7] =
    ["zeros", "ones", "xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal", "orthogonal"];

/// A reference to the initializer, with the functions of `tiedw::init` in scope.
fn initializer(init: &Expr) -> TokenStream {
    let private = private();
    let is_function = |name: &&str| matches!(init, Expr::Path(path) if path.path.is_ident(name));
    let call = WITHOUT_ARGUMENTS.iter().any(is_function).then(|| quote!(()));
    // An error about its type is reported at the expression.
    quote_spanned!(init.span()=> &{
        #[allow(unused_imports)]
        use #private::init::*;
        #init #call
    })
}

pub(super) fn expand(module: &Module) -> TokenStream {
    let Module { name, .. } = module;
    let (private, params, arguments) = (private(), module.params(), module.arguments());
    let bounds = module.predicates();
    // The `for` keeps rustc from rejecting the impl itself if the type of a field has no `init`.
    let inits: Vec<_> = module
        .fields
        .iter()
        .filter_map(|Field { ty, role, init, .. }| match (role, init) {
            (Role::Skipped, Some(_)) => None,
            (Role::Skipped, None) => Some(quote!(for<'init> #ty: ::core::default::Default)),
            (_, Some(Expr::Closure(_))) => None,
            (_, Some(_)) => Some(quote!(for<'init> #ty: __Start)),
            (_, None) => Some(quote!(for<'init> #ty: __Init)),
        })
        .collect();
    let fields = module.fields.iter().map(|Field { name, role, init, .. }| match (role, init) {
        (Role::Skipped, Some(value)) => quote!(#name: #value),
        (Role::Skipped, None) => quote!(#name: ::core::default::Default::default()),
        (_, Some(init @ Expr::Closure(_))) => quote!(#name: #private::start_by(rng, #init)),
        (_, Some(init)) => {
            let initializer = initializer(init);
            quote!(#name: #private::start(#initializer, rng))
        }
        (_, None) => quote!(#name: __Init::init(rng)),
    });
    quote! {
        #[automatically_derived]
        impl<#(#params),*> __Init for #name<#(#arguments),*>
        where
            #(#bounds,)*
            #(#inits,)*
        {
            fn init<__Rng: #private::Rng + ?::core::marker::Sized>(rng: &mut __Rng) -> Self {
                #name { #(#fields),* }
            }
        }
        #[automatically_derived]
        impl<#(#params),*> __Start for #name<#(#arguments),*>
        where
            #(#bounds,)*
            #(#inits,)*
        {
            fn before<__Rng: #private::Rng + ?::core::marker::Sized>(rng: &mut __Rng) -> Self {
                __Init::init(rng)
            }
        }
    }
}
