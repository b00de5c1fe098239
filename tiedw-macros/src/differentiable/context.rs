//! Data shared by all methods of an impl block.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident};
use syn::{GenericArgument, GenericParam, Generics, ItemImpl, Path, PathArguments, Type};

use crate::errors::Errors;

/// An impl block of one module.
pub(super) struct Context<'i> {
    pub(super) krate: &'i Path,
    /// The generics of the impl block.
    pub(super) generics: &'i Generics,
    pub(super) params: Vec<GenericParam>,
    /// The module's type.
    pub(super) module: &'i Type,
    /// The path of its view, without generic arguments.
    pub(super) view: TokenStream,
    pub(super) arguments: Vec<GenericArgument>,
}

impl<'i> Context<'i> {
    pub(super) fn of(krate: &'i Path, item: &'i ItemImpl, errors: &mut Errors) -> Option<Self> {
        let Some((view, arguments)) = view_path(&item.self_ty) else {
            errors.at(
                &item.self_ty,
                "`#[differentiable]` belongs on an impl block of a module: `impl Net { .. }`",
            );
            return None;
        };
        Some(Context {
            krate,
            generics: &item.generics,
            params: item.generics.params.iter().cloned().collect(),
            module: &item.self_ty,
            view,
            arguments,
        })
    }
}

impl<'i> Context<'i> {
    /// The context of a free function, which has no module.
    pub(super) fn of_function(krate: &'i Path, generics: &'i Generics, module: &'i Type) -> Self {
        Context {
            krate,
            generics,
            params: Vec::new(),
            module,
            view: TokenStream::new(),
            arguments: Vec::new(),
        }
    }
}

/// Returns the path of the module's view, and the module's own generic arguments.
fn view_path(module: &Type) -> Option<(TokenStream, Vec<GenericArgument>)> {
    let Type::Path(path) = module else { return None };
    let mut view = path.path.clone();
    let last = view.segments.last_mut()?;
    let arguments = match std::mem::take(&mut last.arguments) {
        PathArguments::AngleBracketed(arguments) => arguments.args.into_iter().collect(),
        _ => Vec::new(),
    };
    last.ident = format_ident!("{}View", last.ident, span = last.ident.span());
    Some((view.to_token_stream(), arguments))
}
