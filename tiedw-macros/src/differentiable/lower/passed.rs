//! Functions among the arguments of a call, whose companions are passed in their place.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::{Expr, Token};

use super::Lower;
use super::expression::itself;
use crate::differentiable::passed::companion_path;
use crate::differentiable::scope::Binding;
use crate::differentiable::stubs;
use crate::differentiable::this::is_self;

impl Lower<'_> {
    /// Replaces the functions among the arguments of a call by their companions. `own` is the name of a method of the block.
    pub(super) fn with_companions(
        &self,
        arguments: &Punctuated<Expr, Token![,]>,
        own: Option<&Ident>,
    ) -> Punctuated<Expr, Token![,]> {
        let mut arguments = arguments.clone();
        for (position, argument) in arguments.iter_mut().enumerate() {
            let is_known = own.is_some_and(|name| self.inlined.takes_function(&name.to_string(), position));
            if let Some(function) = self.passed(argument, is_known) {
                *argument = function;
            }
        }
        arguments
    }

    /// The companion of an argument that is a function, or may be one if it is not `known`.
    pub(super) fn passed(&self, argument: &Expr, is_known: bool) -> Option<Expr> {
        let Expr::Path(function) = itself(argument) else { return None };
        let name = function.path.get_ident().map(ToString::to_string);
        match name.and_then(|name| self.scope.get(&name)) {
            Some(Binding::Passed) => Some(Expr::Path(function.clone())),
            None if self.is_function(function) => {
                let companion = companion_path(function);
                match companion.path.get_ident() {
                    Some(name) if !is_known => syn::parse2(stubs::passed(name)).ok(),
                    _ => Some(Expr::Path(companion)),
                }
            }
            _ => None,
        }
    }

    /// Whether a path is that of a function, by its name: no variable, and no constant.
    pub(super) fn is_function(&self, path: &syn::ExprPath) -> bool {
        let is_local = path.path.get_ident().is_some_and(|name| {
            let name = name.to_string();
            is_self(&name) || self.scope.get(&name).is_some()
        });
        let last = path.path.segments.last();
        !is_local
            && last.is_some_and(|last| {
                last.ident.to_string().starts_with(|first: char| first.is_lowercase() || first == '_')
            })
    }
}
