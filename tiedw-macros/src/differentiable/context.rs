//! Data shared by all methods of an impl block.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{GenericArgument, GenericParam, Generics, ItemImpl, Path, PathArguments, Type};

use super::checked::mentions;
use super::forgotten_bounds;
use super::named_types::NamedTypes;
use super::own_path;
use super::recursion;
use super::signature::name_of;
use super::trait_stand_in::OfStandIn;
use super::unmarked::Unmarked;
use crate::errors::Errors;

/// An impl block of one module, a function, or a trait.
pub(super) struct Context<'i> {
    pub(super) krate: &'i Path,
    /// The generics of the impl block.
    pub(super) generics: &'i Generics,
    pub(super) params: Vec<GenericParam>,
    /// The module's type.
    pub(super) module: &'i Type,
    /// The path of its view, without generic arguments.
    pub(super) view: TokenStream,
    /// The type of values whose methods these are.
    pub(super) value: Option<&'i Type>,
    pub(super) arguments: Vec<GenericArgument>,
    /// The type of the gradient's view.
    pub(super) gradient: TokenStream,
    /// The lifetime of the view.
    pub(super) lifetime: Option<TokenStream>,
    /// The generic parameters that pullbacks capture.
    pub(super) captured: Vec<TokenStream>,
    /// The type that stands in for the views of a trait, if these are the methods of its definition.
    pub(super) stand_in: Option<OfStandIn>,
    /// The types in the signatures that may be no values.
    pub(super) named: Option<NamedTypes>,
    /// The names of the methods of the block.
    pub(super) names: HashSet<String>,
    /// Blocks without the attribute, of types other than modules, of which the methods may be called.
    pub(super) unmarked: Vec<Unmarked>,
}

impl<'i> Context<'i> {
    pub(super) fn of(krate: &'i Path, item: &'i ItemImpl, errors: &mut Errors) -> Option<Self> {
        let definition = own_path::imported(&item.self_ty);
        let Some((view, arguments)) = view_path(&item.self_ty, definition.clone()) else {
            errors.at(
                &item.self_ty,
                "`#[differentiable]` belongs on an impl block of a module: `impl Net { .. }`",
            );
            return None;
        };
        let name = match &*item.self_ty {
            Type::Path(path) => definition.as_ref().unwrap_or(&path.path).segments.last(),
            _ => None,
        };
        let arguments = with_defaults(arguments, name.map(|name| &name.ident));
        let params = &item.generics.params;
        Some(Context {
            krate,
            generics: &item.generics,
            params: params.iter().cloned().collect(),
            module: &item.self_ty,
            value: None,
            gradient: quote!(#view<'_, #(#arguments,)* #krate::__private::Gradient>),
            lifetime: Some(quote!('view)),
            captured: params.iter().filter_map(name_of).map(ToTokens::to_token_stream).collect(),
            view,
            arguments,
            stand_in: None,
            named: None,
            names: recursion::functions(item).map(|function| function.sig.ident.to_string()).collect(),
            unmarked: Vec::new(),
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
            value: None,
            arguments: Vec::new(),
            gradient: TokenStream::new(),
            lifetime: None,
            captured: Vec::new(),
            stand_in: None,
            named: None,
            names: HashSet::new(),
            unmarked: Vec::new(),
        }
    }

    /// The context of the methods of a trait. `lifetime` is that of `&self`, if pullbacks may capture it.
    pub(super) fn of_definition(
        krate: &'i Path,
        generics: &'i Generics,
        own: &'i Type,
        lifetime: Option<TokenStream>,
    ) -> Self {
        let lifetimes = generics.lifetimes().map(|param| param.lifetime.to_token_stream());
        let others = generics.params.iter().filter_map(name_of).map(ToTokens::to_token_stream);
        Context {
            gradient: quote!(Self::Gradient<'_>),
            lifetime,
            captured: lifetimes.chain([quote!(Self)]).chain(others).collect(),
            ..Self::of_function(krate, generics, own)
        }
    }
}

/// Adds the defaults of a type whose derive is above, as far as they name none of its parameters: its view has one more, which
/// is named.
fn with_defaults(mut arguments: Vec<GenericArgument>, module: Option<&Ident>) -> Vec<GenericArgument> {
    let name = module.filter(|name| !forgotten_bounds::takes_nothing(name));
    let Some(generics) = name.and_then(forgotten_bounds::generics) else { return arguments };
    let is_lifetime = |argument: &GenericArgument| matches!(argument, GenericArgument::Lifetime(_));
    let given = arguments.iter().filter(|argument| !is_lifetime(argument)).count();
    let others = generics.params.iter().filter(|param| !matches!(param, GenericParam::Lifetime(_)));
    for param in others.skip(given) {
        let default = match param {
            GenericParam::Type(param) => param.default.clone().map(|(_, ty)| GenericArgument::Type(ty)),
            GenericParam::Const(param) => {
                param.default.clone().map(|(_, value)| GenericArgument::Const(value))
            }
            GenericParam::Lifetime(_) => None,
        };
        let names_a_parameter = |default: &GenericArgument| {
            let is_parameter = |token: &TokenTree| matches!(token, TokenTree::Ident(name) if generics.params.iter().filter_map(name_of).any(|param| param == name));
            mentions(default, &is_parameter)
        };
        let Some(default) = default.filter(|default| !names_a_parameter(default)) else { break };
        arguments.push(default);
    }
    arguments
}

/// Returns the path of the module's view, which is beside its definition, and the module's own generic arguments.
fn view_path(module: &Type, definition: Option<Path>) -> Option<(TokenStream, Vec<GenericArgument>)> {
    let Type::Path(path) = module else { return None };
    let arguments = match &path.path.segments.last()?.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().cloned().collect(),
        _ => Vec::new(),
    };
    let mut view = definition.unwrap_or_else(|| path.path.clone());
    let last = view.segments.last_mut()?;
    last.arguments = PathArguments::None;
    last.ident = format_ident!("{}View", last.ident, span = last.ident.span());
    Some((view.to_token_stream(), arguments))
}
