//! The features of parameters and tensors, as far as their types are written as numbers.

use std::fmt::Display;

use proc_macro2::Ident;
use syn::{
    Expr, ExprMethodCall, FnArg, GenericArgument, ImplItemFn, Lit, Member, Pat, PatIdent, PathArguments, Type,
};

use super::operands::{behind_reference, written};
use super::{MisusedParts, Part, behind_parens};
use crate::differentiable::method::behind_references;
use crate::visit::{self, Visit};

/// The arguments of a method that are tensors, with their features. The body gives their names to nothing else.
pub(super) fn of_arguments(function: &ImplItemFn, bound: &[Ident]) -> Vec<(Ident, usize)> {
    let arguments = function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => match &*argument.pat {
            Pat::Ident(name) => Some((name.ident.clone(), of_tensor(&argument.ty)?)),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    let mut found: Vec<_> = arguments.collect();
    found.retain(|(name, _)| !bound.contains(name));
    found
}

/// The names that the patterns of a body bind.
pub(super) fn bound(function: &ImplItemFn) -> Vec<Ident> {
    let mut bound = Bound(Vec::new());
    bound.visit_block(&function.block);
    bound.0
}

/// The features of a type `Tensor<4>`.
pub(super) fn of_tensor(ty: &Type) -> Option<usize> {
    size(behind_references(ty), "Tensor", 0)
}

/// The number among the arguments of a type of this name.
fn size(ty: &Type, name: &str, position: usize) -> Option<usize> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let Some(GenericArgument::Const(Expr::Lit(literal))) = arguments.args.get(position) else { return None };
    match &literal.lit {
        Lit::Int(size) => size.base10_parse().ok(),
        _ => None,
    }
}

/// The names that patterns bind.
struct Bound(Vec<Ident>);

impl Visit<'_> for Bound {
    fn visit_pat_ident(&mut self, pattern: &PatIdent) {
        self.0.push(pattern.ident.clone());
        visit::visit_pat_ident(self, pattern);
    }
}

impl MisusedParts<'_> {
    /// The features of an operand.
    pub(super) fn features(&self, operand: &Expr) -> Option<usize> {
        let place = behind_reference(operand);
        if let Expr::Path(path) = place {
            let name = path.path.get_ident()?;
            return Some(self.tensors.iter().find(|(tensor, _)| tensor == name)?.1);
        }
        if let Expr::MethodCall(call) = place {
            let is_forward = call.method == "forward";
            return size(
                &self.types.declared(behind_parens(&call.receiver)).filter(|_| is_forward)?,
                "Linear",
                1,
            );
        }
        let Some(Part::Parameter) = self.part(place) else { return None };
        if let Some(ty) = self.types.declared(place) {
            return size(&ty, "Vector", 0).or_else(|| size(&ty, "Matrix", 1));
        }
        let Expr::Field(field) = place else { return None };
        let Member::Named(name) = &field.member else { return None };
        let is_bias = name == "bias";
        size(&self.types.declared(&field.base)?, "Linear", usize::from(is_bias))
    }

    /// The features that the argument of an operation has as those of its receiver.
    pub(super) fn features_of_other(&self, call: &ExprMethodCall) -> Option<usize> {
        let has_same = ["matmul_t", "maximum", "minimum"].iter().any(|name| call.method == name);
        self.features(&call.receiver).filter(|_| has_same)
    }

    /// The features of what a `Linear` takes, if this calls one.
    pub(super) fn input(&self, call: &ExprMethodCall) -> Option<usize> {
        let is_forward = call.method == "forward";
        size(&self.types.declared(behind_parens(&call.receiver)).filter(|_| is_forward)?, "Linear", 0)
    }

    /// Compares the features of a parameter that is passed with those that are wanted.
    pub(super) fn compare(&mut self, callee: &dyn Display, argument: &Expr, wanted: Option<usize>) {
        if let (Some(wanted), Some(given)) = (wanted, self.features(argument))
            && wanted != given
        {
            let written = written(behind_reference(argument));
            self.errors.at(
                argument,
                format_args!("`{callee}` takes {wanted} features here, and `{written}` has {given}"),
            );
        }
    }
}
