//! `#[differentiable]`: body -> model -> forward pass that saves pullbacks -> backward pass.

mod alike;
mod by_path;
mod cfg;
mod checked;
mod companion;
mod context;
mod dependence;
mod exits;
mod expand;
pub(crate) mod field;
#[cfg(test)]
mod half_written;
mod hidden;
mod inline;
mod layer;
mod leaving;
mod lent;
mod loss;
mod lower;
mod mentions;
pub(crate) mod method;
mod model;
mod outer;
mod own_type;
mod passed;
mod recursion;
mod rerun;
mod reverse;
mod scope;
mod segment;
mod signature;
mod stand_ins;
mod stubs;
mod this;
mod tokens;
mod trait_impl;

use proc_macro2::TokenStream;
use syn::{ImplItemFn, ItemImpl};

use crate::errors::Errors;

pub(crate) fn differentiable(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let krate = method::crate_path(options, &mut errors);
    let mut block: ItemImpl = match syn::parse2(item.clone()) {
        Ok(block) => block,
        Err(_) if is_function(&item) => {
            let mut function: ImplItemFn = match syn::parse2(item.clone()) {
                Ok(function) => function,
                // rustc reports it.
                Err(_) => return item,
            };
            crate::groups::of_function(&mut function);
            let tokens = expand::function(&krate, &function, &mut errors);
            let errors = errors.into_tokens();
            return quote::quote!(#errors #tokens);
        }
        Err(_) => {
            // A half-written block is kept, so that an editor can complete it.
            errors.at(
                first(&item),
                "`#[differentiable]` belongs on an impl block of a module, `impl Net { .. }`, or on a function",
            );
            let errors = errors.into_tokens();
            return quote::quote!(#errors #item);
        }
    };
    crate::groups::of_impl(&mut block);
    crate::module::own_lifetimes(&mut block.generics);
    let tokens = expand::expand(&krate, &block, &mut errors);
    let errors = errors.into_tokens();
    quote::quote!(#errors #tokens)
}

/// Whether an item is a function, as far as it can be parsed.
fn is_function(item: &TokenStream) -> bool {
    syn::parse2::<syn::ItemFn>(item.clone()).is_ok()
}

fn first(item: &TokenStream) -> Option<proc_macro2::TokenTree> {
    item.clone().into_iter().next()
}
