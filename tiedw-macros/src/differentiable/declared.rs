//! Types of modules in bodies, as in `let block: &Block = &self.block` and `|block: &Block| ..`: a part of `self` is a view, and
//! so is what such a name means there.

use proc_macro2::Span;
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{GenericArgument, Ident, Item, Pat, Path, PathArguments, Type};

use crate::module::MODULES;
use crate::{beside, imported, known};

/// Replaces the type in a pattern. `at` is a token beside which the type may be defined.
pub(super) fn replace(pattern: &mut Pat, krate: &Path, at: Span) {
    if let Pat::Type(pattern) = pattern {
        replace_in(&mut pattern.ty, krate, at);
    }
}

/// Replaces a module behind a reference, also in an `Option`, a list or a tuple.
pub(super) fn replace_in(ty: &mut Type, krate: &Path, at: Span) {
    match ty {
        Type::Reference(reference) if reference.mutability.is_none() => match &mut *reference.elem {
            Type::Slice(slice) if is_module(&slice.elem, at) => {
                *slice.elem = view_of(&slice.elem, krate);
            }
            Type::Slice(slice) => replace_in(&mut slice.elem, krate, at),
            module if is_module(module, at) => *module = view_of(module, krate),
            _ => {}
        },
        Type::Array(array) => replace_in(&mut array.elem, krate, at),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(|ty| replace_in(ty, krate, at)),
        Type::Path(path) => {
            if let Some(last) = path.path.segments.last_mut()
                && (last.ident == "Option" || last.ident == "Vec")
                && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
                && let Some(GenericArgument::Type(inside)) = arguments.args.first_mut()
            {
                replace_in(inside, krate, at);
            }
        }
        _ => {}
    }
}

/// Whether a type is one of these views.
pub(super) fn is_view(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => match &*reference.elem {
            Type::Slice(slice) => is_view_itself(&slice.elem),
            inner => is_view_itself(inner),
        },
        Type::Path(path) => {
            let Some(last) = path.path.segments.last().filter(|last| last.ident == "Option") else {
                return false;
            };
            matches!(
                &last.arguments,
                PathArguments::AngleBracketed(arguments)
                    if matches!(arguments.args.first(), Some(GenericArgument::Type(inside)) if is_view(inside))
            )
        }
        _ => false,
    }
}

/// Whether a type is what [`view_of`] writes, also if it was parsed again.
fn is_view_itself(ty: &Type) -> bool {
    match ty {
        Type::Verbatim(_) => true,
        Type::Path(path) => {
            path.qself.is_some() && path.path.segments.last().is_some_and(|last| last.ident == "View")
        }
        _ => false,
    }
}

fn view_of(module: &Type, krate: &Path) -> Type {
    Type::Verbatim(quote_spanned! {module.span()=>
        <#module as #krate::__private::Module>::View<'_, #krate::__private::Weight>
    })
}

/// Types with that of a module as their first argument.
const OF_MODULES: [&str; 6] = ["Vec", "Option", "Tied", "Frozen", "WithElem", "WithoutBias"];

/// Whether a type certainly is that of a module, or of a list of modules.
fn is_module(ty: &Type, at: Span) -> bool {
    let Type::Path(path) = ty else {
        return matches!(ty, Type::Array(array) if is_module(&array.elem, at));
    };
    let Some(last) = path.path.segments.last().filter(|_| path.qself.is_none()) else { return false };
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) if OF_MODULES.iter().any(|of| last.ident == of) => {
            matches!(arguments.args.first(), Some(GenericArgument::Type(ty)) if is_module(ty, at))
        }
        _ => path.path.segments.len() == 1 && names_module(&last.ident, at),
    }
}

/// Whether a name certainly is that of a module.
pub(super) fn names_module(name: &Ident, at: Span) -> bool {
    MODULES.contains(&&*name.to_string()) || names_own_module(name, at)
}

/// Whether a name certainly is that of a module of the user's own.
pub(super) fn names_own_module(name: &Ident, at: Span) -> bool {
    let is_module = |item: &Item| match item {
        Item::Struct(item) if item.ident == *name => beside::derives(&item.attrs)
            .is_some_and(|derives| derives.iter().any(|derive| derive == "Module")),
        Item::Type(item) => item.ident == *name && is_module(&item.ty, at),
        _ => false,
    };
    let is_beside = || beside::items(at).is_some_and(|items| items.iter().any(is_module));
    known::derives(name, "Module") || is_beside() || imported::derives(name, "Module", at)
}
