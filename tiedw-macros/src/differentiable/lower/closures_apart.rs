//! Closures that capture nothing and compute with operations alone, as `|t| t.sin() * 2.0`: a function of another crate may take one with or
//! without a pullback, which its types decide.

use syn::{BinOp, Block, Expr, ExprClosure, Pat, Stmt, Type, UnOp};

use super::expression::itself;
use super::names::is_operation;
use super::statement::place;
use super::{Lower, free};
use crate::differentiable::mentions::is_comparison;
use crate::differentiable::scope::Binding;
use crate::visit::{self, Visit};

impl Lower<'_> {
    /// Whether an argument is such a closure, or the name of one.
    pub(super) fn is_apart(&self, argument: &Expr) -> bool {
        match itself(argument) {
            Expr::Closure(closure) => self.is_closure_apart(closure),
            Expr::Path(path) => {
                let binding = path.path.get_ident().and_then(|name| self.scope.get(&name.to_string()));
                match binding {
                    Some(Binding::Closure(closure)) => self.is_closure_apart(closure.written()),
                    Some(Binding::PlainClosure(place)) => {
                        closure_at(self.body, place).is_some_and(|closure| self.is_closure_apart(&closure))
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// The source position of a closure without a gradient that an argument names.
    pub(super) fn plain_closure_place(&self, argument: &Expr) -> Option<String> {
        let Expr::Path(path) = itself(argument) else { return None };
        match self.scope.get(&path.path.get_ident()?.to_string())? {
            Binding::PlainClosure(place) => Some(place.clone()),
            _ => None,
        }
    }

    fn is_closure_apart(&self, closure: &ExprClosure) -> bool {
        let inputs: Vec<_> = closure.inputs.iter().flat_map(free::bound).collect();
        let whole = Expr::Closure(closure.clone());
        closure.asyncness.is_none()
            && free::names(&whole).iter().all(|name| self.scope.get(&name.to_string()).is_none())
            && free::names(&closure.body).iter().any(|name| inputs.contains(name))
            && is_simple(&closure.body)
            && gives_number(&closure.body)
    }
}

/// The closure that a `let` gives the name at a source position.
fn closure_at(body: &Block, at: &str) -> Option<ExprClosure> {
    struct Named<'p>(&'p str, Option<ExprClosure>);
    impl<'ast> Visit<'ast> for Named<'_> {
        fn visit_block(&mut self, block: &'ast Block) {
            for stmt in &block.stmts {
                if let Stmt::Local(local) = stmt
                    && let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init)
                    && let Expr::Closure(closure) = &*init.expr
                    && place(&name.ident) == self.0
                {
                    self.1 = Some(closure.clone());
                }
            }
            visit::visit_block(self, block);
        }
    }
    let mut named = Named(at, None);
    named.visit_block(body);
    named.1
}

/// Whether an expression is made of operations alone.
fn is_simple(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Paren(inner) => is_simple(&inner.expr),
        Expr::Reference(inner) => inner.mutability.is_none() && is_simple(&inner.expr),
        Expr::Unary(inner) => matches!(inner.op, UnOp::Neg(_) | UnOp::Deref(_)) && is_simple(&inner.expr),
        Expr::Binary(both) => {
            let is_arithmetic =
                matches!(both.op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_));
            (is_arithmetic || is_comparison(&both.op)) && is_simple(&both.left) && is_simple(&both.right)
        }
        Expr::MethodCall(call) => {
            is_operation(&call.method.to_string())
                && is_simple(&call.receiver)
                && call.args.iter().all(is_simple)
        }
        Expr::Cast(cast) => {
            matches!(&*cast.ty, Type::Path(ty) if ty.path.is_ident("f32") || ty.path.is_ident("f64"))
                && is_simple(&cast.expr)
        }
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_simple),
        Expr::If(branch) => {
            !matches!(*branch.cond, Expr::Let(_))
                && is_simple(&branch.cond)
                && are_simple(&branch.then_branch)
                && branch.else_branch.as_ref().is_some_and(|(_, other)| is_simple(other))
        }
        Expr::Block(block) => block.label.is_none() && are_simple(&block.block),
        _ => false,
    }
}

fn are_simple(block: &Block) -> bool {
    block.stmts.iter().all(|stmt| match stmt {
        Stmt::Local(local) => {
            local.init.as_ref().is_some_and(|init| init.diverge.is_none() && is_simple(&init.expr))
        }
        Stmt::Expr(expr, None) => is_simple(expr),
        _ => false,
    })
}

/// Whether the value of such an expression is no flag, and no literal, whose type may be open.
fn gives_number(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => false,
        Expr::Paren(inner) => gives_number(&inner.expr),
        Expr::Binary(both) => !is_comparison(&both.op),
        Expr::If(branch) => ends(&branch.then_branch).is_some_and(gives_number),
        Expr::Block(block) => ends(&block.block).is_some_and(gives_number),
        Expr::Tuple(tuple) => !tuple.elems.is_empty(),
        _ => true,
    }
}

fn ends(block: &Block) -> Option<&Expr> {
    match block.stmts.last() {
        Some(Stmt::Expr(end, None)) => Some(end),
        _ => None,
    }
}
