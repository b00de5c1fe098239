//! Functions among the arguments of a call, whose companions are passed in their place.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::{Expr, Token};

use super::Lower;
use super::expression::{itself, variable};
use crate::differentiable::mentions;
use crate::differentiable::method::Argument;
use crate::differentiable::model::Operand;
use crate::differentiable::passed::{Passed, companion_path};
use crate::differentiable::scope::Binding;
use crate::differentiable::stubs;
use crate::differentiable::this::is_self;

impl Lower<'_> {
    /// Replaces the functions among the arguments of a call by their companions.
    pub(super) fn with_companions(
        &self,
        arguments: &Punctuated<Expr, Token![,]>,
    ) -> Punctuated<Expr, Token![,]> {
        let mut arguments = arguments.clone();
        for argument in &mut arguments {
            if let Some(function) = self.passed(argument) {
                *argument = function;
            }
        }
        arguments
    }

    /// Lowers an argument of a call.
    pub(super) fn argument(&mut self, argument: &Expr) -> Operand {
        match argument {
            Expr::Path(function) if self.is_passed_on(function) => Operand::plain(variable(function)),
            argument => self.differentiated(argument),
        }
    }

    /// Whether an argument is a function.
    pub(super) fn is_passed(&self, argument: &Expr) -> bool {
        let Expr::Path(function) = itself(argument) else { return false };
        self.is_passed_on(function) || self.is_function(function)
    }

    /// The companion of an argument that is a function.
    fn passed(&self, argument: &Expr) -> Option<Expr> {
        let Expr::Path(function) = itself(argument) else { return None };
        if self.is_passed_on(function) {
            return Some(Expr::Path(function.clone()));
        }
        if !self.is_function(function) {
            return None;
        }
        let companion = companion_path(function);
        let name = &companion.path.segments.last()?.ident;
        let stub = stubs::passed(function, name, self.checked).and_then(|stub| syn::parse2(stub).ok());
        stub.or(Some(Expr::Path(companion)))
    }

    /// Whether a path names an argument of the method that is a function.
    pub(super) fn is_passed_on(&self, path: &syn::ExprPath) -> bool {
        let name = path.path.get_ident().map(ToString::to_string);
        matches!(name.and_then(|name| self.scope.get(&name)), Some(Binding::Passed))
    }

    /// Whether code that no gradient flows through has this function, too.
    pub(super) fn has_plain(&self, function: &syn::ExprPath) -> bool {
        let is_it = |argument: &&Argument| function.path.is_ident(&argument.name);
        let argument = self.arguments.iter().find(is_it);
        argument.and_then(|argument| argument.passed.as_ref()).is_some_and(Passed::is_shared)
    }

    /// Whether all that may carry a gradient in code are functions that are arguments, which code without a gradient has, too.
    pub(super) fn calls_shared_alone(&self, code: &Expr) -> bool {
        let found = mentions::of(&self.scope, code);
        let has_plain = |name: &Ident| self.has_plain(&syn::parse_quote!(#name));
        found.parts.is_empty() && found.fields.is_empty() && found.values.iter().all(has_plain)
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
