//! Conditions such as `if let Some(h) = &last && let score = h.mean() && score > 0.0`, in which a value is computed after another
//! condition: nested branches, since the computation has a pullback.

use crate::visit::{self, Visit};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{BinOp, Expr, ExprIf, Lifetime};

use super::Lower;

impl Lower<'_> {
    /// Lowers a branch with such a condition; `None` if it is another branch.
    pub(super) fn chained(&mut self, branch: &ExprIf) -> Option<TokenStream> {
        let mut conditions = Vec::new();
        split(&branch.cond, &mut conditions);
        let then = &branch.then_branch;
        let mut unlabelled = Unlabelled::default();
        unlabelled.visit_block(then);
        // A `break` without a label cannot leave a labelled block.
        if unlabelled.found || !conditions.iter().skip(1).any(is_computed) {
            return None;
        }
        let label = self.fresh("chain");
        let label = Lifetime::new(&format!("'{label}"), Span::mixed_site());
        let innermost = quote!(break #label #then;);
        let nested =
            conditions.iter().rev().fold(innermost, |inner, condition| quote!(if #condition { #inner }));
        let otherwise = branch.else_branch.as_ref().map(|(_, otherwise)| otherwise);
        Some(quote!(#label: { #nested #otherwise }))
    }
}

/// Whether a condition gives a name to the result of a call or an operator.
fn is_computed(condition: &&Expr) -> bool {
    match condition {
        Expr::Let(binding) => {
            matches!(
                *binding.expr,
                Expr::Call(_) | Expr::MethodCall(_) | Expr::Binary(_) | Expr::Unary(_) | Expr::Match(_)
            )
        }
        _ => false,
    }
}

/// Looks for `break` and `continue` without a label, of a loop around the code.
#[derive(Default)]
struct Unlabelled {
    loops: usize,
    found: bool,
}

impl<'ast> Visit<'ast> for Unlabelled {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        let is_loop = matches!(expr, Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_));
        match expr {
            Expr::Closure(_) => return,
            Expr::Break(exit) => self.found |= self.loops == 0 && exit.label.is_none(),
            Expr::Continue(exit) => self.found |= self.loops == 0 && exit.label.is_none(),
            _ => {}
        }
        self.loops += usize::from(is_loop);
        visit::visit_expr(self, expr);
        self.loops -= usize::from(is_loop);
    }
}

fn split<'e>(condition: &'e Expr, conditions: &mut Vec<&'e Expr>) {
    match condition {
        Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
            split(&both.left, conditions);
            split(&both.right, conditions);
        }
        condition => conditions.push(condition),
    }
}
