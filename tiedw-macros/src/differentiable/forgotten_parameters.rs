//! Generic parameters that a type of the same module has, and an impl block for it has not. rustc would report each place in
//! generated code that names the type.

use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::{GenericParam, ImplItem, ItemImpl, PathArguments, Type, TypeParamBound, parse_quote};

use super::forgotten_bounds;
use super::method::refuse;
use super::signature::name_of;
use super::trait_definition::{argument, without_defaults};
use crate::beside;
use crate::errors::Errors;
use crate::source_text::source_text;

/// Reports such parameters. Returns whether there are any: then the block has them, but empty bodies.
pub(super) fn add(block: &mut ItemImpl, errors: &mut Errors) -> bool {
    let Some((params, lacks_arguments)) = missing(block) else { return false };
    let written = block.self_ty.to_token_stream();
    let Type::Path(own) = &mut *block.self_ty else { return false };
    let Some(last) = own.path.segments.last_mut() else { return false };
    let name = last.ident.clone();
    if lacks_arguments {
        let arguments = params.iter().map(argument);
        last.arguments = PathArguments::AngleBracketed(parse_quote!(<#(#arguments),*>));
    }
    block.generics.params.extend(params);
    let own = &block.self_ty;
    // The derive may have added lifetimes.
    let mut generics = block.generics.params.clone();
    for param in &mut generics {
        if let GenericParam::Type(param) = param {
            let bounds = std::mem::take(&mut param.bounds).into_iter();
            param.bounds = bounds.filter(|bound| !matches!(bound, TypeParamBound::Lifetime(_))).collect();
            param.colon_token = param.colon_token.filter(|_| !param.bounds.is_empty());
        }
    }
    let of_trait = block.trait_.as_ref().map(|(of_trait, _)| quote!(#of_trait for));
    let whole = source_text(&quote!(impl<#generics> #of_trait #own));
    errors.at(written, format_args!("`{name}` has generic parameters: write `{whole}`"));
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member {
            refuse(function);
        }
    }
    true
}

/// The parameters that a block lacks, and whether its type lacks them as arguments, too.
fn missing(block: &ItemImpl) -> Option<(Vec<GenericParam>, bool)> {
    let missing = missing_in_file(block)?;
    let Type::Path(path) = &*block.self_ty else { return None };
    let name = &path.path.segments.last()?.ident;
    // Where the type is takes long to find.
    forgotten_bounds::is_noted_beside(name, name).then_some(missing)
}

/// The same, if the type of that name in the same file is the one in the same module.
fn missing_in_file(block: &ItemImpl) -> Option<(Vec<GenericParam>, bool)> {
    let Type::Path(path) = &*block.self_ty else { return None };
    let last = path.path.segments.last().filter(|_| path.qself.is_none() && path.path.segments.len() == 1)?;
    if forgotten_bounds::takes_nothing(&last.ident) {
        return None;
    }
    let written = forgotten_bounds::generics(&last.ident)?;
    let generics = without_defaults(&written);
    let are_simple = generics.where_clause.is_none() && generics.lifetimes().next().is_none();
    match &last.arguments {
        PathArguments::None => {
            // Those with a default may be left out.
            let is_needed = |param: &GenericParam| match param {
                GenericParam::Type(param) => param.default.is_none(),
                GenericParam::Const(param) => param.default.is_none(),
                GenericParam::Lifetime(_) => false,
            };
            let is_lacking = written.params.iter().any(is_needed) && block.generics.params.is_empty();
            (are_simple && is_lacking).then(|| (generics.params.into_iter().collect(), true))
        }
        PathArguments::AngleBracketed(arguments) => {
            let known =
                |name: &Ident| block.generics.params.iter().filter_map(name_of).any(|param| param == name);
            let pairs = arguments.args.iter().zip(&generics.params);
            let missing = pairs.filter(|(argument, param)| {
                let Some(name) = name_of(param) else { return false };
                *name == argument.to_token_stream().to_string()
                    && !known(name)
                    && !beside::may_be_item(name, &last.ident)
            });
            let missing: Vec<_> = missing.map(|(_, param)| param.clone()).collect();
            (are_simple && !missing.is_empty()).then_some((missing, false))
        }
        PathArguments::Parenthesized(_) => None,
    }
}
