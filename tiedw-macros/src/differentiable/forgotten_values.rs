//! Associated types of a trait that methods with companions pass on, and which have no bound `Value`. rustc would report each
//! method.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    FnArg, ItemTrait, Path, ReturnType, Signature, TraitItem, TraitItemType, Type, TypeParamBound,
    parse_quote,
};

use super::forgotten_bounds::is_of_std;
use super::method::carries_gradient;
use super::trait_method::has_companion;
use crate::errors::Errors;
use crate::source_text::source_text;

/// Reports such types. Then they have the bound.
pub(super) fn add(definition: &mut ItemTrait, krate: &Path, errors: &mut Errors) {
    // The bound may be among them.
    if definition.generics.where_clause.is_some() {
        return;
    }
    let signatures = definition.items.iter().filter_map(|member| match member {
        TraitItem::Fn(function) if has_companion(&function.sig) => Some(&function.sig),
        _ => None,
    });
    let passed: Vec<Type> = signatures.flat_map(passed).collect();
    for member in &mut definition.items {
        let TraitItem::Type(associated) = member else { continue };
        if !is_free(associated) || !passed.iter().any(|ty| names(ty.to_token_stream(), associated)) {
            continue;
        }
        let (name, bounds) = (&associated.ident, associated.bounds.iter());
        let bounds: String = bounds.map(|bound| source_text(&quote!(#bound +)) + " ").collect();
        errors.at(
            name,
            format_args!(
                "methods with companions pass on a `Self::{name}`, which therefore is a value: write `type {name}: {bounds}tiedw::Value;`"
            ),
        );
        associated.colon_token.get_or_insert_default();
        associated.bounds.push(parse_quote!(#krate::__private::Value));
    }
}

/// Whether no bound of a type may imply that it is a value.
fn is_free(associated: &TraitItemType) -> bool {
    let is_of_std = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| is_of_std(&last.ident)),
        _ => true,
    };
    associated.generics.params.is_empty() && associated.bounds.iter().all(is_of_std)
}

/// The types of the arguments and the result through which a gradient may flow.
fn passed(signature: &Signature) -> Vec<Type> {
    let arguments = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => {
            let is_constant = argument.attrs.iter().any(|attribute| attribute.path().is_ident("constant"));
            (!is_constant).then_some(&*argument.ty)
        }
        FnArg::Receiver(_) => None,
    });
    let output = match &signature.output {
        ReturnType::Type(_, ty) => Some(&**ty),
        ReturnType::Default => None,
    };
    arguments.chain(output).filter(|ty| carries_gradient(ty)).cloned().collect()
}

/// Whether a type is `Self::Name`, or a reference, a tuple, an array or a `Vec` and the like of it.
fn names(ty: TokenStream, associated: &TraitItemType) -> bool {
    const CONTAINERS: [&str; 5] = ["Self", "Vec", "Option", "Box", "mut"];
    let (mut is_named, mut is_plain) = (false, true);
    for token in ty {
        match token {
            TokenTree::Ident(name) if name == associated.ident => is_named = true,
            TokenTree::Ident(name) => is_plain &= CONTAINERS.iter().any(|known| name == known),
            TokenTree::Group(group) => is_named |= names(group.stream(), associated),
            _ => {}
        }
    }
    is_named && is_plain
}
