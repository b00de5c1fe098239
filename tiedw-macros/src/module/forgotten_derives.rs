//! Fields whose type is a struct of the same module without the derive, with the type of the elements as an argument. Nothing computes
//! their types, so rustc would report all that generated code asks of them.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::Type;

use super::model::{Module, Role};
use super::suggest::nearest;
use crate::differentiable::type_beside;
use crate::errors::Errors;
use crate::source_text::source_text;
use crate::{beside, known};

/// Reports them. Returns whether there are any.
pub(super) fn report(module: &Module, errors: &mut Errors) -> bool {
    let mut is_found = false;
    for field in module.fields.iter().filter(|field| !matches!(field.role, Role::Skipped)) {
        let ty = &field.written;
        if !module.is_generic(ty) || module.is_of_types(ty) {
            continue;
        }
        if let Some(name) = name(ty).filter(|name| lacks_derive(name, &module.name)) {
            errors.at(
                ty,
                format_args!(
                    "`{}` is no module: write `#[derive(Module)]` above `struct {name}`, or mark the field `#[module(skip)]`",
                    source_text(&ty.to_token_stream())
                ),
            );
            is_found = true;
        }
    }
    is_found
}

fn name(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) if path.path.segments.len() == 1 => Some(&path.path.segments[0].ident),
        _ => None,
    }
}

fn lacks_derive(name: &Ident, owner: &Ident) -> bool {
    let Some(derives) = type_beside(name, owner.span()).and_then(|input| beside::derives(&input.attrs))
    else {
        return false;
    };
    let is_module = derives.iter().any(|derive| nearest(derive, ["Module"]).is_some());
    !is_module && !known::derives(name, "Module") && !beside::mentions_impl(name, "Module")
}
