//! What stands in for the code of a module with mistakes, so that each mistake makes one error: impls that have
//! the right types, and are never run.

use proc_macro2::TokenStream;
use syn::DeriveInput;

use super::model::{Module, Role};

pub(super) fn expand(_: &DeriveInput, module: Option<&Module>) -> TokenStream {
    let _ =
        module.map(|module| module.fields.iter().filter(|field| matches!(field.role, Role::Owned)).count());
    TokenStream::new()
}
