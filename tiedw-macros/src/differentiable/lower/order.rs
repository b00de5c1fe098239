//! Evaluation order: operands are evaluated from left to right.
//!
//! A call becomes a step in front of the expression that contains it. An operand to its left that stays in
//! the expression would be evaluated after the call. If that makes a difference, the operand becomes a step
//! too.

use crate::visit::{self, Visit};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::{BinOp, Expr};

use super::Lower;
use super::assign::compound;
use super::names::changes;
use crate::differentiable::mentions::elements_of_vec;
use crate::differentiable::model::{Operand, Out, Step, Target};

impl Lower<'_> {
    /// Lowers the operands of an expression, in order.
    pub(super) fn operands<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) -> Vec<Operand> {
        self.in_order(exprs, Self::differentiated)
    }

    /// Lowers operands from left to right.
    pub(super) fn in_order<'e>(
        &mut self,
        exprs: impl IntoIterator<Item = &'e Expr>,
        mut lower: impl FnMut(&mut Self, &Expr) -> Operand,
    ) -> Vec<Operand> {
        let exprs: Vec<&Expr> = exprs.into_iter().collect();
        let (mut operands, mut ends) = (Vec::new(), Vec::new());
        for expr in &exprs {
            operands.push(lower(self, expr));
            ends.push(self.steps.len());
        }
        for position in (0..exprs.len()).rev() {
            let (end, later) = (ends[position], &exprs[position + 1..]);
            let runs = |step: &Step| !matches!(step, Step::Plain(_));
            if self.steps[end..].iter().any(runs) && is_changed(exprs[position], &operands[position], later) {
                operands[position] = self.kept(operands[position].clone(), end);
            }
        }
        operands
    }

    /// Inserts a step at `position` that evaluates an operand, and returns its result.
    fn kept(&mut self, operand: Operand, position: usize) -> Operand {
        if operand.is_plain() {
            self.indices += 1;
            let name = format_ident!("operand{}", self.indices, span = Span::mixed_site());
            let value = operand.expr;
            self.steps.insert(position, Step::Plain(quote!(let #name = #value;)));
            return Operand::plain(quote!(#name));
        }
        let var = self.temporary(self.is_certain(&operand.target));
        let bind = Step::Bind { pattern: var.value().into(), out: Out::Var(var), value: operand };
        self.steps.insert(position, bind);
        Operand { expr: var.value().into(), target: Target::Var(var) }
    }
}

/// Whether evaluating `later` may change the value of an operand.
fn is_changed(expr: &Expr, operand: &Operand, later: &[&Expr]) -> bool {
    let mut seen = Seen::default();
    seen.visit_expr(expr);
    if operand.is_plain() && seen.calls {
        return true;
    }
    // What it changes, later ones see.
    let mut own = Changed(Vec::new());
    own.visit_expr(expr);
    if !own.0.is_empty() && !matches!(expr, Expr::Macro(_)) {
        return true;
    }
    let mut changed = Changed(Vec::new());
    later.iter().for_each(|expr| changed.visit_expr(expr));
    seen.names.iter().any(|name| changed.0.contains(name))
}

/// Whether an expression calls something.
pub(in crate::differentiable) fn calls(expr: &Expr) -> bool {
    let mut seen = Seen::default();
    seen.visit_expr(expr);
    seen.calls
}

/// Whether it matters how often an expression is evaluated: it calls something or changes a variable.
pub(super) fn has_effects(expr: &Expr) -> bool {
    let mut changed = Changed(Vec::new());
    changed.visit_expr(expr);
    calls(expr) || !changed.0.is_empty()
}

/// Whether an expression may change a variable.
pub(super) fn changes_name(expr: &Expr, name: &Ident) -> bool {
    let mut changed = Changed(Vec::new());
    changed.visit_expr(expr);
    changed.0.contains(name)
}

/// Returns an index of a place that changes something, or that evaluating `right` may change.
pub(super) fn moving_index<'e>(place: &'e Expr, right: &Expr) -> Option<&'e Expr> {
    match place {
        Expr::Field(field) => moving_index(&field.base, right),
        Expr::Paren(inner) => moving_index(&inner.expr, right),
        Expr::Unary(inner) => moving_index(&inner.expr, right),
        Expr::Index(access) => {
            let mut changed = Changed(Vec::new());
            changed.visit_expr(right);
            let mut seen = Seen::default();
            seen.visit_expr(&access.index);
            let mut own = Changed(Vec::new());
            own.visit_expr(&access.index);
            let moves = !own.0.is_empty() || seen.names.iter().any(|name| changed.0.contains(name));
            if moves { Some(&access.index) } else { moving_index(&access.expr, right) }
        }
        _ => None,
    }
}

/// The names and calls in an operand.
#[derive(Default)]
struct Seen {
    names: Vec<Ident>,
    /// Whether it calls something whose result may depend on the time of the call.
    calls: bool,
}

impl<'ast> Visit<'ast> for Seen {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Call(_) | Expr::MethodCall(_) | Expr::Macro(_) => self.calls = true,
            Expr::Closure(_) => return,
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_ident(&mut self, name: &'ast Ident) {
        self.names.push(name.clone());
    }
}

/// The names of the variables that an expression may change.
struct Changed(Vec<Ident>);

impl Changed {
    fn root(&mut self, expr: &Expr) {
        match expr {
            Expr::Path(path) => self.0.extend(path.path.get_ident().cloned()),
            Expr::Field(field) => self.root(&field.base),
            Expr::Index(index) => self.root(&index.expr),
            Expr::Paren(inner) => self.root(&inner.expr),
            Expr::Unary(inner) => self.root(&inner.expr),
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|part| self.root(part)),
            _ => {}
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => self.0.push(name),
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Changed {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Assign(assign) => self.root(&assign.left),
            Expr::Binary(binary) if is_assignment(&binary.op) => self.root(&binary.left),
            Expr::Reference(reference) if reference.mutability.is_some() => self.root(&reference.expr),
            Expr::MethodCall(call) if changes(&call.method.to_string()) => self.root(&call.receiver),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let is_vec = mac.path.segments.last().is_some_and(|last| last.ident == "vec");
        if is_vec && let Some(elements) = elements_of_vec(mac) {
            return elements.iter().for_each(|element| {
                let mut inside = Changed(Vec::new());
                inside.visit_expr(element);
                self.0.extend(inside.0);
            });
        }
        self.tokens(mac.tokens.clone());
    }
}

fn is_assignment(op: &BinOp) -> bool {
    compound(op).is_some() || matches!(op, BinOp::RemAssign(_) | BinOp::ShlAssign(_) | BinOp::ShrAssign(_))
}
