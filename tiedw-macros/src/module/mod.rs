//! `#[derive(Module)]`: attributes -> model of the struct -> checked ties -> code.

mod attr;
mod check;
mod expand;
mod fallback;
mod glue;
mod model;
mod source;
mod ties;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::errors::Errors;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let module = model::Module::read(input, &mut errors);
    let order = module.as_ref().map(|module| check::order(module, &mut errors));
    match (module, order) {
        (Some(module), Some(order)) if errors.is_empty() => expand::expand(&module, &order),
        (module, _) => {
            let stub = fallback::expand(input, module.as_ref());
            let errors = errors.into_tokens();
            quote::quote!(#errors #stub)
        }
    }
}
