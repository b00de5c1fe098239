//! `#[cfg]` on arguments. A companion has all of the arguments of its method, so there is a method for each combination of the conditions.

use proc_macro2::TokenStream;
use syn::{Block, FnArg, ImplItem, ImplItemFn, ItemImpl, Signature, parse_quote};

use super::cfg;

/// Writes each method with such arguments once for each combination.
pub(super) fn split_methods(block: &mut ItemImpl) {
    let members = std::mem::take(&mut block.items);
    for member in members {
        match member {
            ImplItem::Fn(function) => block.items.extend(split(function).into_iter().map(ImplItem::Fn)),
            member => block.items.push(member),
        }
    }
}

/// The functions that a function with such arguments becomes, or the function itself.
pub(super) fn split(function: ImplItemFn) -> Vec<ImplItemFn> {
    let conditions = conditions(&function.sig);
    if conditions.is_empty() {
        return vec![function];
    }
    let each = cfg::combinations(&conditions).into_iter().map(|(attribute, hold)| {
        let mut function = function.clone();
        function.attrs.extend(attribute.map(|attribute| -> syn::Attribute { parse_quote!(#attribute) }));
        function.sig.inputs = cfg::arguments(&function.sig, &conditions, &hold);
        let block: &mut Block = &mut function.block;
        *block = cfg::expanded(block, &conditions, &hold);
        function
    });
    each.collect()
}

fn conditions(signature: &Signature) -> Vec<TokenStream> {
    let mut conditions: Vec<TokenStream> = Vec::new();
    for input in &signature.inputs {
        let FnArg::Typed(argument) = input else { continue };
        for condition in argument.attrs.iter().filter_map(cfg::condition) {
            if !conditions.iter().any(|known| known.to_string() == condition.to_string()) {
                conditions.push(condition);
            }
        }
    }
    // Of more, the first is reported where the method is read.
    if conditions.len() > cfg::MOST { Vec::new() } else { conditions }
}
