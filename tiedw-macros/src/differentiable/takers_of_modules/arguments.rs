//! Which arguments are modules.

use proc_macro2::{Ident, Span};
use syn::{FnArg, GenericArgument, ItemImpl, Pat, PatType, PathArguments, Signature, Type};

use super::is_constant;
use crate::differentiable::inline::{elsewhere, is_passed};
use crate::differentiable::known_values::holds_value;
use crate::differentiable::method::{behind_references, bound_of_modules, layer};
use crate::differentiable::recursion;
use crate::known::{self, Place};
use crate::{beside, file_facts};

/// Whether a function takes modules by reference, and all that it takes can be bound by `let` where it is called.
pub(super) fn have_modules(signature: &Signature, at: Span) -> bool {
    let mut is_found = false;
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                if !matches!(receiver.kind, syn::ReceiverKind::Reference(_, _, None)) {
                    return false;
                }
            }
            FnArg::Typed(argument) if argument.attrs.iter().any(is_constant) => {
                if holds_value(&argument.ty) || is_module(argument, signature, at) {
                    return false;
                }
            }
            FnArg::Typed(argument) if is_module(argument, signature, at) => {
                if !is_borrowed(&argument.ty) || !matches!(&*argument.pat, Pat::Ident(_)) {
                    return false;
                }
                is_found = true;
            }
            FnArg::Typed(_) => {}
        }
    }
    is_found
}

/// Whether functions beside a block, in this text, may take modules that the block has.
pub(super) fn may_have_modules(source: &str, block: &ItemImpl) -> bool {
    let own = recursion::names(block);
    source.lines().any(|line| {
        let Some((_, rest)) = line.split_once("fn ") else { return false };
        let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        !own.contains(name) && rest.contains('&')
    })
}

/// Layers of the library, as they are called in signatures.
const LAYERS: [&str; 30] = [
    "AvgPool2d",
    "BatchNorm",
    "Conv1d",
    "Conv2d",
    "Dropout",
    "Embedding",
    "Flatten",
    "Frozen",
    "Gelu",
    "GeluTanh",
    "GlobalAvgPool2d",
    "GroupNorm",
    "Gru",
    "InstanceNorm",
    "LayerNorm",
    "Linear",
    "LogSoftmax",
    "Lstm",
    "MaxPool2d",
    "MultiHeadAttention",
    "PRelu",
    "PositionalEmbedding",
    "Relu",
    "Residual",
    "RmsNorm",
    "Sigmoid",
    "Silu",
    "Softmax",
    "Tanh",
    "WithElem",
];

fn is_module(argument: &PatType, signature: &Signature, at: Span) -> bool {
    layer(&argument.ty).is_some()
        || bound_of_modules(&argument.ty, &signature.generics).is_some()
        || holds_modules(&argument.ty, at)
}

/// Whether a type is a module, or a container of modules.
fn holds_modules(ty: &Type, at: Span) -> bool {
    match ty {
        Type::Reference(inner) => holds_modules(&inner.elem, at),
        Type::Paren(inner) => holds_modules(&inner.elem, at),
        Type::Group(inner) => holds_modules(&inner.elem, at),
        Type::Slice(inner) => holds_modules(&inner.elem, at),
        Type::Array(inner) => holds_modules(&inner.elem, at),
        Type::Tuple(tuple) => tuple.elems.iter().any(|elem| holds_modules(elem, at)),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return false };
            match &last.arguments {
                PathArguments::AngleBracketed(arguments)
                    if ["Vec", "Option"].iter().any(|container| last.ident == container) =>
                {
                    matches!(arguments.args.first(), Some(GenericArgument::Type(inner)) if holds_modules(inner, at))
                }
                _ => is_name_of_module(&last.ident, at),
            }
        }
        _ => false,
    }
}

fn is_name_of_module(name: &Ident, at: Span) -> bool {
    let meant = Place::of(at).map(|place| file_facts::types(place.file()).meant_by(&name.to_string()));
    let meant = meant.unwrap_or_else(|| name.to_string());
    let name = Ident::new(&meant, at);
    let is_of_library = LAYERS.contains(&&*meant) && beside::is_of_library(&name, at);
    (is_of_library || known::is_derived(&meant, "Module")) && !known::is_derived(&meant, "Value")
}

/// Whether the modules in a type are references.
fn is_borrowed(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => reference.mutability.is_none(),
        Type::Paren(inner) => is_borrowed(&inner.elem),
        Type::Group(inner) => is_borrowed(&inner.elem),
        Type::Array(inner) => is_borrowed(&inner.elem),
        Type::Tuple(tuple) => tuple.elems.iter().all(is_borrowed),
        Type::Path(path) => match path.path.segments.last().map(|last| &last.arguments) {
            Some(PathArguments::AngleBracketed(arguments)) => {
                matches!(arguments.args.first(), Some(GenericArgument::Type(inner)) if is_borrowed(inner))
            }
            _ => false,
        },
        _ => false,
    }
}

/// The type of an argument where the function is called, if a `let` may have it: not that of a part, which is a view there.
pub(super) fn type_of(argument: &PatType, signature: &Signature, at: Span) -> Option<Type> {
    let input = FnArg::Typed(argument.clone());
    let is_left_out = is_module(argument, signature, at)
        || is_passed(&input, signature)
        || matches!(&*argument.ty, Type::Reference(reference) if reference.mutability.is_some())
        || matches!(behind_references(&argument.ty), Type::ImplTrait(_));
    if is_left_out { None } else { elsewhere(&argument.ty, signature) }
}
