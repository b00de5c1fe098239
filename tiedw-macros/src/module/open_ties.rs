//! The struct of the ties that others fill.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::model::Module;

/// The struct, if there are any.
pub(super) fn expand(module: &Module) -> Option<TokenStream> {
    let fields: Vec<_> = module.modules().filter(|field| module.is_hole(field)).collect();
    if fields.is_empty() {
        return None;
    }
    let Module { krate, vis, name, .. } = module;
    let ties = module.ties_name();
    let holes = fields.iter().map(|field| &field.name);
    let types = (0..fields.len()).map(|i| format_ident!("T{i}"));
    let doc = format!("What [`{name}`] borrows.");
    Some(quote! {
        #krate::__ties! {
            #[doc = #doc]
            #vis struct #ties { #(#holes: #types),* }
        }
    })
}

/// The type of the ties: `()` where there are none.
pub(super) fn ty(module: &Module) -> TokenStream {
    let fields: Vec<_> = module.modules().filter(|field| module.is_hole(field)).collect();
    if fields.is_empty() {
        return quote!(());
    }
    let (private, ties) = (module.private(), module.ties_name());
    let types = fields.iter().map(|field| &field.ty);
    quote!(#ties<#(<#types as #private::Module>::Ties<'a, Use>),*>)
}
