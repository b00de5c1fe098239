//! Impls of traits for types that are no modules of one's own, such as `&Net`, `Box<Net>`, numbers and type parameters. rustc would
//! look for their views.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{ItemImpl, Type};

use crate::errors::Errors;
use crate::known;

/// Types of the libraries that hold modules or values, and have no views.
const NO_MODULES: [&str; 22] = [
    "Box", "Rc", "Arc", "Vec", "Option", "Result", "String", "Tensor", "Ids", "f32", "f64", "bool", "char",
    "usize", "isize", "u8", "u16", "u32", "u64", "i32", "i64", "str",
];

/// Reports such a type. Returns what is left of the impl: nothing of that of a trait with companions, which lacks them.
pub(super) fn replaced(block: &ItemImpl, has_companions: bool, errors: &mut Errors) -> Option<TokenStream> {
    let (path, _) = block.trait_.as_ref()?;
    let of = path.segments.last()?.ident.to_string();
    let ty = &block.self_ty;
    let is_param =
        |ty: &Type| block.generics.type_params().any(|param| is_named(ty, |name| *name == param.ident));
    let no_module = |name: &proc_macro2::Ident| {
        NO_MODULES.iter().any(|known| name == known) && !known::derives(name, "Module")
    };
    match &**ty {
        ty if is_param(ty) => errors.at(
            ty,
            format_args!("an impl of `{of}` for all types has no companions; write one for each module: `impl {of} for Net`"),
        ),
        ty if is_named(ty, no_module) || !matches!(ty, Type::Path(_)) => {
            errors.at(ty, format_args!("this type is no module of its own; write `#[differentiable] impl {of} for Net` for a module"));
        }
        _ => return None,
    }
    Some(if has_companions {
        TokenStream::new()
    } else {
        super::of_value::without_marks(block).into_token_stream()
    })
}

fn is_named(ty: &Type, is: impl Fn(&proc_macro2::Ident) -> bool) -> bool {
    match ty {
        Type::Path(path) if path.qself.is_none() && path.path.segments.len() == 1 => {
            is(&path.path.segments[0].ident)
        }
        _ => false,
    }
}
