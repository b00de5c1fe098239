//! `#[differentiable]`: body -> model -> forward pass that saves pullbacks -> backward pass.

mod alike;
mod by_path;
mod caller;
mod cfg;
mod checked;
mod companion;
mod context;
mod deferred;
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
mod lenders;
mod lent;
mod loss;
mod lower;
mod mentions;
pub(crate) mod method;
mod model;
pub(crate) mod named_types;
mod of_operator;
mod of_value;
mod once;
mod options;
mod outer;
mod own_methods;
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
mod taken_apart;
mod this;
mod tokens;
mod trait_definition;
mod trait_impl;
mod trait_method;
mod trait_stand_in;
mod written;

use proc_macro2::TokenStream;
use syn::{ImplItemFn, ItemImpl, ItemTrait};

use self::options::Options;
use crate::errors::Errors;

pub(crate) fn differentiable(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::read(options, &mut errors);
    let item = without_second(item, &mut errors);
    let tokens = if let Ok(mut block) = syn::parse2::<ItemImpl>(item.clone()) {
        crate::groups::of_impl(&mut block);
        crate::module::own_lifetimes(&mut block.generics);
        match options.is_of_value || of_operator::Operator::of(&block).is_some() {
            true => of_value::expand(&options, &block, &mut errors),
            false => expand::expand(&options, &block, &mut errors),
        }
    } else if let Ok(mut definition) = syn::parse2::<ItemTrait>(item.clone()) {
        options.refuse_trait("the definition of a trait takes no option `trait`; its impls do", &mut errors);
        crate::groups::of_trait(&mut definition);
        trait_definition::expand(&options.krate, &definition, &mut errors)
    } else if is_function(&item) {
        // If it has no body, rustc reports it.
        let Ok(mut function) = syn::parse2::<ImplItemFn>(item.clone()) else { return item };
        options.refuse_trait("`trait` is for impl blocks of traits; write `#[differentiable]`", &mut errors);
        crate::groups::of_function(&mut function);
        expand::function(&options, &function, &mut errors)
    } else {
        // A half-written block is kept, so that an editor can complete it. What it lacks, rustc reports.
        if !is_half_written(&item) {
            errors.at(
                first(&item),
                "`#[differentiable]` belongs on an impl block of a module, `impl Net { .. }`, on a trait, or on a function",
            );
        }
        item
    };
    let errors = errors.into_tokens();
    quote::quote!(#errors #tokens)
}

/// Removes and reports a second `#[differentiable]` of an impl block.
fn without_second(item: TokenStream, errors: &mut Errors) -> TokenStream {
    let Ok(mut block) = syn::parse2::<ItemImpl>(item.clone()) else { return item };
    let is_second = |attribute: &syn::Attribute| {
        attribute.path().segments.last().is_some_and(|last| last.ident == "differentiable")
    };
    let Some(second) = block.attrs.iter().find(|attribute| is_second(attribute)) else { return item };
    errors.at(second, "this block has `#[differentiable]` twice; remove one");
    block.attrs.retain(|attribute| !is_second(attribute));
    quote::quote!(#block)
}

/// Whether an item is a function, as far as it can be parsed.
fn is_function(item: &TokenStream) -> bool {
    syn::parse2::<syn::ItemFn>(item.clone()).is_ok()
}

/// Whether an item that cannot be parsed is an impl block, a trait or a function.
fn is_half_written(item: &TokenStream) -> bool {
    let is_keyword = |token: proc_macro2::TokenTree| match token {
        proc_macro2::TokenTree::Ident(name) => ["impl", "trait", "fn"].iter().any(|keyword| name == keyword),
        _ => false,
    };
    item.clone().into_iter().any(is_keyword)
}

fn first(item: &TokenStream) -> Option<proc_macro2::TokenTree> {
    item.clone().into_iter().next()
}
