//! Parameters in closures that are passed to functions, which lose their gradients.

use proc_macro2::Ident;
use syn::{Expr, ExprCall, ExprClosure};

use super::{MisusedParts, Part};
use crate::differentiable::lower::inlined_functions;
use crate::differentiable::mentions::is_cut;
use crate::differentiable::takers;
use crate::visit::{self, Visit};

/// Functions whose closures become code of the body.
const INLINED: [&str; 4] = ["from_fn", "repeat_with", "successors", "zip"];

impl MisusedParts<'_> {
    /// Reports the first parameter in each closure that a call passes on.
    pub(super) fn closures(&mut self, call: &ExprCall) {
        let Expr::Path(function) = &*call.func else { return };
        let path = &function.path;
        let is_upper = |name: &Ident| name.to_string().starts_with(char::is_uppercase);
        let is_of_type = path.segments.iter().any(|segment| is_upper(&segment.ident));
        let is_inlined =
            path.segments.last().is_some_and(|last| INLINED.iter().any(|name| last.ident == name));
        let is_local = path.get_ident().is_some_and(|name| self.bound.contains(name));
        if function.qself.is_some() || is_of_type || is_inlined || is_local {
            return;
        }
        if path.get_ident().is_some_and(|name| inlined_functions::taking_closures(name, self.at).is_some()) {
            return;
        }
        for (position, argument) in call.args.iter().enumerate() {
            if let Expr::Closure(closure) = argument
                && !takers::may_take_companion(path, position)
                && let Some(parameter) = self.parameter_in(closure)
            {
                self.errors.at(
                    parameter,
                    "this is a parameter, and a closure that is passed on loses its gradient; pass it to a function under \
                     `#[differentiable]`, or write a loop, or take `stop_gradient(..)` of it",
                );
            }
        }
    }

    fn parameter_in(&self, closure: &ExprClosure) -> Option<Expr> {
        let mut found = Parameters { parts: self, found: None };
        found.visit_expr(&closure.body);
        found.found
    }
}

/// The first parameter in an expression whose gradient is not cut.
struct Parameters<'p, 'a> {
    parts: &'p MisusedParts<'a>,
    found: Option<Expr>,
}

impl Visit<'_> for Parameters<'_, '_> {
    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Call(call) if is_cut(&call.func) => {}
            // Sizes have no gradient.
            Expr::MethodCall(call)
                if call.args.is_empty() && ["len", "shape"].iter().any(|name| call.method == name) => {}
            expr if self.found.is_none() && matches!(self.parts.part(expr), Some(Part::Parameter)) => {
                self.found = Some(expr.clone());
            }
            expr => visit::visit_expr(self, expr),
        }
    }
}
