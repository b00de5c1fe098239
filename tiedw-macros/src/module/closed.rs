//! The impl of `Closed`, for a struct without open ties.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{WherePredicate, parse_quote};

use super::model::{Field, Module};

pub(super) fn expand(module: &Module) -> Option<TokenStream> {
    if module.fields.iter().any(Field::is_open) {
        return None;
    }
    let Module { name, .. } = module;
    let (private, params, arguments) = (module.private(), module.params(), module.arguments());
    let generic: Vec<_> = module.modules().filter(|field| module.is_hole(field)).collect();
    let (names, types): (Vec<_>, Vec<_>) = generic.iter().map(|field| (&field.name, &field.ty)).unzip();
    let mut bounds = module.predicates();
    bounds.extend(types.iter().map(|ty| -> WherePredicate { parse_quote!(#ty: #private::Closed) }));
    let ties = if generic.is_empty() {
        quote!()
    } else {
        let ties = module.ties_name();
        quote!(#ties { #(#names: <#types as #private::Closed>::no_ties::<Use>(),)* })
    };
    Some(quote! {
        #[automatically_derived]
        impl<#(#params),*> #private::Closed for #name<#(#arguments),*>
        where
            #(#bounds,)*
        {
            fn no_ties<'a, Use: #private::Role>() -> <Self as #private::Module>::Ties<'a, Use> {
                #ties
            }
        }
    })
}
