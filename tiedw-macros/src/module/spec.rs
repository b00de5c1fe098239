//! The registration of a module: names, shapes and ties.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::model::{Field, Module, is_list_of};
use crate::private::private;

pub(super) fn expand(module: &Module) -> TokenStream {
    let private = private();
    let name_of_module = module.name.to_string();
    let fields = module.modules().map(|field| {
        let (name, ty, span) = (field.string(), &field.ty, field.span);
        // Mismatched sizes are reported at the type of the field.
        let spec = match is_list_of(&field.written, &module.name) {
            true => {
                let itself = quote_spanned!(span=> <Self as __Module>::SPEC);
                quote! {
                    #private::Spec::List {
                        len: ::core::option::Option::None,
                        element: &#private::Spec::Recursive(#private::Recursive { name: #name_of_module, spec: || &#itself }),
                    }
                }
            }
            false => quote_spanned!(span=> <#ty as __Module>::SPEC),
        };
        quote!(#private::Field { name: #name, spec: &#spec })
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
        #private::Spec::Module { name: #name_of_module, fields: &[#(#fields),*], ties: &[#(#ties),*] }
    }
}

/// Forces rustc to evaluate the registration, which checks sizes, even if nothing else uses it.
pub(super) fn check(module: &Module) -> Option<TokenStream> {
    let (name, private) = (&module.name, private());
    module.generics.params.is_empty().then(|| quote!(const _: #private::Spec = <#name as __Module>::SPEC;))
}

impl Field {
    /// The name in the path of a parameter.
    pub(super) fn string(&self) -> String {
        plain(&self.name)
    }
}

/// Removes the `r#` of a raw identifier.
fn plain(name: &Ident) -> String {
    name.unraw().to_string()
}
