//! What has the name of something earlier. rustc would report all that is generated for it.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, ImplItem, ImplItemFn, Item, ItemImpl, ItemTrait, TraitItem, Type};

use super::expand::is_constructor;
use super::method::refuse;
use super::trait_method;
use crate::errors::Errors;
use crate::known;

/// Removes and reports a second `#[differentiable]` of an item.
pub(super) fn without_second_attribute(item: TokenStream, errors: &mut Errors) -> TokenStream {
    if !starts_with_attribute(item.clone()) {
        return item;
    }
    let Ok(mut parsed) = syn::parse2::<Item>(item.clone()) else { return item };
    let (attributes, what) = match &mut parsed {
        Item::Impl(block) => (&mut block.attrs, "block"),
        Item::Trait(definition) => (&mut definition.attrs, "trait"),
        Item::Fn(function) => (&mut function.attrs, "function"),
        _ => return item,
    };
    let is_second = |attribute: &Attribute| {
        attribute.path().segments.last().is_some_and(|last| last.ident == "differentiable")
    };
    let Some(second) = attributes.iter().find(|attribute| is_second(attribute)) else { return item };
    errors.at(second, format_args!("this {what} has `#[differentiable]` twice; remove one"));
    attributes.retain(|attribute| !is_second(attribute));
    quote!(#parsed)
}

/// Whether an attribute of an item may be `#[differentiable]`. Most items need not be parsed for it.
fn starts_with_attribute(item: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = item.into_iter().collect();
    let attributes = tokens.chunks(2).map_while(|pair| match pair {
        [TokenTree::Punct(hash), TokenTree::Group(attribute)] if hash.as_char() == '#' => {
            Some(attribute.stream())
        }
        _ => None,
    });
    attributes.flatten().any(|token| matches!(token, TokenTree::Ident(name) if name == "differentiable"))
}

/// Removes and reports methods whose name another of the block has.
pub(super) fn within_block(block: &mut ItemImpl, errors: &mut Errors) {
    let mut names = HashSet::new();
    block.items.retain(|member| match member {
        ImplItem::Fn(function) => is_new(&mut names, &function.sig.ident, &function.attrs, "block", errors),
        _ => true,
    });
}

/// Removes and reports methods whose name another of the trait has.
pub(super) fn within_trait(definition: &mut ItemTrait, errors: &mut Errors) {
    let mut names = HashSet::new();
    definition.items.retain(|member| match member {
        TraitItem::Fn(function) => is_new(&mut names, &function.sig.ident, &function.attrs, "trait", errors),
        _ => true,
    });
}

fn is_new(
    names: &mut HashSet<String>,
    name: &Ident,
    attributes: &[Attribute],
    of: &str,
    errors: &mut Errors,
) -> bool {
    let is_new = known::has_cfg(attributes) || names.insert(name.to_string());
    if !is_new {
        errors.at(name, format_args!("this {of} has two methods `{name}`; give one of them another name"));
    }
    is_new
}

/// Removes and reports the methods that an earlier block of the same type has. The methods of traits are methods of the view,
/// too: with such a one, the block is a stub, if there may be one.
pub(super) fn beside_block(
    mut block: ItemImpl,
    needs_companions: bool,
    errors: &mut Errors,
) -> Result<ItemImpl, TokenStream> {
    let (generics, bounds) = (&block.generics, &block.generics.where_clause);
    let (owner, attributes) = (block.self_ty.clone(), block.attrs.clone());
    let header = quote!(#generics #owner #bounds).to_string();
    let span = block.impl_token.span;
    let key = |function: &ImplItemFn| format!("method {} of {header}", function.sig.ident);
    let mut is_first = |function: &ImplItemFn| {
        let attributes = [&attributes[..], &function.attrs[..]].concat();
        let Some(earlier) = known::earlier(&key(function), span, &attributes) else {
            return true;
        };
        let (owner, name, line) = (last_name(&owner), &function.sig.ident, earlier.line());
        errors.at(
            name,
            format_args!(
                "`{owner}` has another method `{name}`, in the block in line {line}; give one of them another name"
            ),
        );
        false
    };
    let (mut repeated, of_trait) = (false, block.trait_.is_some());
    let has_companion = |function: &ImplItemFn| match of_trait {
        true if needs_companions => trait_method::has_companion(&function.sig),
        true => function.sig.receiver().is_some(),
        false => !is_constructor(function, &owner),
    };
    block.items.retain(|member| match member {
        ImplItem::Fn(function) if has_companion(function) => {
            let is_first = is_first(function);
            repeated |= !is_first;
            is_first || of_trait
        }
        _ => true,
    });
    if repeated && of_trait {
        return Err(if needs_companions { TokenStream::new() } else { stub(block) });
    }
    Ok(block)
}

/// The impl of a trait with empty bodies.
fn stub(mut block: ItemImpl) -> TokenStream {
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member {
            refuse(function);
        }
    }
    super::of_value::without_marks(&block).to_token_stream()
}

fn last_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
        ty => ty.to_token_stream().to_string(),
    }
}

/// Whether there is another function of the name, which is reported.
pub(super) fn is_beside_function(function: &ImplItemFn, errors: &mut Errors) -> bool {
    let name = &function.sig.ident;
    let key = format!("function {name}");
    let earlier = known::earlier(&key, name.span(), &function.attrs);
    if let Some(earlier) = &earlier {
        let line = earlier.line();
        errors.at(
            name,
            format_args!("there is another function `{name}`, in line {line}; give one of them another name"),
        );
    }
    earlier.is_some()
}
