//! Elements of parameters that closures return or compute with, as in `(0..4).map(|i| self.gain[i] * 2.0)`.

use syn::{BinOp, Expr, ExprIndex, Member};

use super::Lower;
use super::expression::itself;
use super::names::NUMBERS;
use crate::differentiable::mentions::{self, is_comparison};
use crate::differentiable::scope::Binding;
use crate::differentiable::this::is_self;
use crate::visit::{self, Visit};

/// Whether an expression computes with an element of a field that is no setting. What is not known may be one.
pub(super) fn are_in(expr: &Expr, settings: Option<&[String]>) -> bool {
    let Some(settings) = settings else { return false };
    let mut elements = Elements { settings, found: false };
    elements.visit_expr(expr);
    elements.found
}

/// What is noted as the type of an element of a parameter.
pub(super) const ELEMENT: &str = "element";

impl Lower<'_> {
    /// Whether an expression is an element of what is known to be a parameter of the module, and no setting or list of parts.
    pub(super) fn is_element_of_parameter(&self, expr: &Expr) -> bool {
        if let Expr::Path(path) = itself(expr) {
            let named = path.path.get_ident().and_then(|name| self.scope.get(&name.to_string()));
            return matches!(named, Some(Binding::Module(module)) if module.ty.as_deref() == Some(ELEMENT));
        }
        let Expr::Index(ExprIndex { expr: list, index, .. }) = itself(expr) else { return false };
        if matches!(**index, Expr::Range(_)) || !mentions::is_module(&self.scope, list) {
            return false;
        }
        matches!(**index, Expr::Tuple(_)) || self.type_of_part(list).is_some_and(|ty| !ty.starts_with('['))
    }

    /// Whether an expression compares such an element, as in `self.scale[i] > 0.0`.
    pub(super) fn compares_element(&self, expr: &Expr) -> bool {
        struct Comparisons<'l, 'a>(&'l Lower<'a>, bool);
        impl<'ast> Visit<'ast> for Comparisons<'_, '_> {
            fn visit_expr_binary(&mut self, both: &'ast syn::ExprBinary) {
                let is_element = |operand: &Expr| self.0.is_element_of_parameter(operand);
                self.1 |= is_comparison(&both.op) && (is_element(&both.left) || is_element(&both.right));
                visit::visit_expr_binary(self, both);
            }
        }
        let mut comparisons = Comparisons(self, false);
        comparisons.visit_expr(expr);
        comparisons.1
    }

    /// The name of the type of a part of the module, in a bracket if it is that of the elements of a list, if it is known.
    pub(super) fn type_of_part(&self, part: &Expr) -> Option<String> {
        self.types.of_with(part, &|name| match self.scope.get(&name.to_string())? {
            Binding::Module(module) => module.ty.clone(),
            _ => None,
        })
    }
}

struct Elements<'s> {
    settings: &'s [String],
    found: bool,
}

impl Elements<'_> {
    /// Whether an operand is such an element.
    fn is_element(&self, operand: &Expr) -> bool {
        let Expr::Index(ExprIndex { expr: list, .. }) = itself(operand) else { return false };
        let Expr::Field(field) = itself(list) else { return false };
        let Member::Named(name) = &field.member else { return false };
        let is_of_module = matches!(itself(&field.base), Expr::Path(path) if path.path.get_ident().is_some_and(|name| is_self(&name.to_string())));
        is_of_module && !self.settings.iter().any(|setting| name == setting)
    }
}

impl<'ast> Visit<'ast> for Elements<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.found |= match expr {
            Expr::Binary(both) => {
                matches!(both.op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_))
                    && (self.is_element(&both.left) || self.is_element(&both.right))
            }
            Expr::Unary(inner) => matches!(inner.op, syn::UnOp::Neg(_)) && self.is_element(&inner.expr),
            Expr::MethodCall(call) => {
                NUMBERS.iter().any(|name| call.method == name) && self.is_element(&call.receiver)
            }
            _ => false,
        };
        visit::visit_expr(self, expr);
    }
}
