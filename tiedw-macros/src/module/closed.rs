//! The impl of `Closed`, for a struct without open ties. Whether a field of a generic type has one depends on its arguments.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{WherePredicate, parse_quote};

use super::model::{Field, Module};
use super::open_ties;

pub(super) fn expand(module: &Module) -> Option<TokenStream> {
    if module.fields.iter().any(|field| field.is_open() && !module.is_generic(&field.ty)) {
        return None;
    }
    let Module { name, .. } = module;
    let (params, arguments) = (module.params(), module.arguments());
    let mut bounds = module.predicates();
    let open = module.modules().filter(|field| module.is_hole(field));
    bounds.extend(open.map(|Field { ty, .. }| -> WherePredicate { parse_quote!(#ty: __Closed) }));
    let ties = open_ties::literal(module, |Field { ty, .. }| quote!(<#ty as __Closed>::no_ties::<Use>()));
    Some(quote! {
        #[automatically_derived]
        impl<#(#params),*> __Closed for #name<#(#arguments),*>
        where
            #(#bounds,)*
        {
            fn no_ties<'a, Use: __Role>() -> <Self as __Module>::Ties<'a, Use> {
                #ties
            }
        }
    })
}
