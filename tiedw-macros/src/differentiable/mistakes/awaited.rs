//! `.await`, which rustc reports again where it is not allowed.

use syn::{Block, Expr, Item};

use crate::errors::Errors;
use crate::visit::{self, Visit};

pub(super) fn report(body: &Block, errors: &mut Errors) {
    Awaited(errors).visit_block(body);
}

struct Awaited<'e>(&'e mut Errors);

impl<'ast> Visit<'ast> for Awaited<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Closure(_) | Expr::Async(_) => {}
            Expr::Await(inner) => self.0.at(
                inner.await_token,
                "`.await` is outside the differentiable subset; wait before, and pass on the result",
            ),
            expr => visit::visit_expr(self, expr),
        }
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
