//! Elements of parameters that closures compute with, as in `(0..4).map(|i| self.gain[i] * 2.0)`.

use syn::{BinOp, Expr, ExprIndex, Member};

use super::expression::itself;
use super::names::NUMBERS;
use crate::differentiable::this::is_self;
use crate::visit::{self, Visit};

/// Whether an expression computes with an element of a field that is no setting. What is not known may be one.
pub(super) fn are_in(expr: &Expr, settings: Option<&[String]>) -> bool {
    let Some(settings) = settings else { return false };
    let mut elements = Elements { settings, found: false };
    elements.visit_expr(expr);
    elements.found
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
