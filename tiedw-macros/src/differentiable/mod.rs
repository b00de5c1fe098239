//! `#[differentiable]`: body -> model -> forward pass that saves pullbacks -> backward pass.

mod companion;
mod context;
mod dependence;
mod expand;
mod layer;
mod lower;
mod mentions;
mod method;
mod model;
mod outer;
mod own_type;
mod reverse;
mod scope;
mod segment;
mod signature;

use proc_macro2::TokenStream;
use syn::ItemImpl;

use crate::errors::Errors;

pub(crate) fn differentiable(options: TokenStream, item: &ItemImpl) -> TokenStream {
    let mut errors = Errors::default();
    let krate = method::crate_path(options, &mut errors);
    let tokens = expand::expand(&krate, item, &mut errors);
    let errors = errors.into_tokens();
    quote::quote!(#errors #tokens)
}
