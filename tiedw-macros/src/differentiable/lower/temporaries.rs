//! Temporaries that a branch refers to, as in `let w = if deep { &self.w } else { &self.w.t() };`: they live as long as the name.

use proc_macro2::Ident;
use quote::quote;
use syn::{Block, Expr, ExprCall, ExprPath, Macro, Stmt, parse_quote};

use super::Lower;
use super::expression::itself;
use crate::differentiable::model::Operand;
use crate::private::private;

impl Lower<'_> {
    /// A branch whose temporaries are assigned to variables before it; `None` if it has none.
    pub(super) fn with_kept_temporaries(&mut self, init: &Expr) -> Option<Expr> {
        if !matches!(init, Expr::If(_) | Expr::Match(_) | Expr::Block(_)) || self.is_plain(init) {
            return None;
        }
        let (mut branch, mut kept) = (init.clone(), Vec::new());
        self.keep(&mut branch, &mut kept);
        for name in &kept {
            self.plain(quote!(let #name;));
        }
        (!kept.is_empty()).then_some(branch)
    }

    fn keep(&mut self, end: &mut Expr, kept: &mut Vec<Ident>) {
        match end {
            Expr::Paren(inner) => self.keep(&mut inner.expr, kept),
            Expr::If(branch) => {
                self.keep_in_block(&mut branch.then_branch, kept);
                if let Some((_, other)) = &mut branch.else_branch {
                    self.keep(other, kept);
                }
            }
            Expr::Match(branch) => branch.arms.iter_mut().for_each(|arm| self.keep(&mut arm.body, kept)),
            Expr::Block(inner) if inner.label.is_none() => self.keep_in_block(&mut inner.block, kept),
            Expr::Reference(reference) if reference.mutability.is_none() && is_temporary(&reference.expr) => {
                let (name, value, private) = (self.fresh("temporary"), &reference.expr, private());
                *end = parse_quote!(#private::temporary(#name, #value));
                kept.push(name);
            }
            _ => {}
        }
    }

    fn keep_in_block(&mut self, block: &mut Block, kept: &mut Vec<Ident>) {
        if let Some(Stmt::Expr(end, None)) = block.stmts.last_mut() {
            self.keep(end, kept);
        }
    }

    /// Lowers `temporary(name, value)`: a reference to the variable, which is given the value; `None` if it is another call.
    pub(super) fn temporary_of_branch(&mut self, call: &ExprCall, function: &ExprPath) -> Option<Operand> {
        let mut segments = function.path.segments.iter().map(|segment| &segment.ident);
        let (owner, name) = (segments.next()?, segments.next()?);
        if *owner != private() || name != "temporary" {
            return None;
        }
        let variable = &call.args[0];
        let Operand { expr, target } = self.expr(&call.args[1]);
        self.plain(quote!(#variable = #expr;));
        Some(Operand { expr: quote!(&#variable).into(), target })
    }
}

/// Whether a value is computed, so that it has no other owner.
fn is_temporary(value: &Expr) -> bool {
    match itself(value) {
        Expr::Binary(_) | Expr::Array(_) => true,
        Expr::Unary(inner) => matches!(inner.op, syn::UnOp::Neg(_)),
        Expr::Macro(list) => is_vec(&list.mac),
        // `stop_gradient(..)` is kept as written.
        Expr::Call(_) | Expr::MethodCall(_) => true,
        _ => false,
    }
}

fn is_vec(mac: &Macro) -> bool {
    mac.path.is_ident("vec")
}
