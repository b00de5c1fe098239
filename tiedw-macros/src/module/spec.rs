//! The registration: names, shapes and ties.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

use super::model::{Field, Module};
use crate::private::private;

pub(super) fn expand(module: &Module) -> TokenStream {
    let private = private();
    let name = module.name.to_string();
    let fields = module.modules().map(|field| {
        let (name, ty) = (field.string(), &field.ty);
        quote!(#private::Field { name: #name, spec: &<#ty as #private::Module>::SPEC })
    });
    let ties = module.fields.iter().flat_map(|field| {
        let name = field.string();
        let open = field.is_open().then(|| (name.clone(), String::new()));
        let filled = field.sources().into_iter().map(move |(hole, source)| {
            let names = [name.clone()].into_iter().chain(hole.iter().map(plain));
            (names.collect::<Vec<_>>().join("."), source.to_string())
        });
        open.into_iter().chain(filled).map(|(field, source)| quote!((#field, #source)))
    });
    quote! {
        #private::Spec::Module { name: #name, fields: &[#(#fields),*], ties: &[#(#ties),*] }
    }
}

impl Field {
    /// The name as the path of a parameter has it.
    pub(super) fn string(&self) -> String {
        plain(&self.name)
    }
}

/// The name without what makes a keyword one.
fn plain(name: &Ident) -> String {
    name.unraw().to_string()
}
