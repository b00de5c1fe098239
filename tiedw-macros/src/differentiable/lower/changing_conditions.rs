//! Conditions that change values, as in `while stack.pop().unwrap() > 0.0` or `if push(h)`: they are computed by statements of their own
//! before the branch, since what they change has a pullback.

use crate::visit::{self, Visit};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{BinOp, Expr, ExprBinary, ExprIf, UnOp};

use super::Lower;
use crate::differentiable::mentions::{is_comparison, is_junction};
use crate::differentiable::model::Operand;
use crate::differentiable::scope::Binding;

impl Lower<'_> {
    /// Whether a condition changes something, and values are in it.
    pub(super) fn condition_changes(&self, condition: &Expr) -> bool {
        !has_let(condition) && self.changes(condition)
    }

    /// Lowers a branch with such a condition; `None` if it is another branch.
    pub(super) fn changing_branch(&mut self, branch: &ExprIf) -> Option<TokenStream> {
        if !self.condition_changes(&branch.cond) {
            return None;
        }
        let (name, condition) = (self.fresh("condition"), self.computed(&branch.cond));
        let (then, otherwise) = (&branch.then_branch, branch.else_branch.as_ref());
        let otherwise = otherwise.map(|(token, otherwise)| quote!(#token #otherwise));
        Some(quote!({ let #name = #condition; if #name #then #otherwise }))
    }

    /// Lowers a comparison, or flags that are combined, that change something; `None` if they change nothing.
    pub(super) fn changing_comparison(&mut self, whole: &ExprBinary) -> Option<Operand> {
        let expr = Expr::Binary(whole.clone());
        if self.is_condition || !self.changes(&expr) {
            return None;
        }
        let code = self.computed(&expr);
        Some(self.parsed(Some(code), whole))
    }

    /// Whether evaluating an expression changes values.
    fn changes(&self, expr: &Expr) -> bool {
        let mut calls = Calls { lower: self, found: false };
        calls.visit_expr(expr);
        calls.found || Self::has_own_effect(expr) && !self.is_plain(expr)
    }

    /// A flag that is computed by statements.
    fn computed(&mut self, flag: &Expr) -> TokenStream {
        if !self.changes(flag) {
            return flag.to_token_stream();
        }
        match flag {
            Expr::Paren(inner) => self.computed(&inner.expr),
            Expr::Unary(inner) if matches!(inner.op, UnOp::Not(_)) => {
                let (not, name, flag) = (inner.op, self.fresh("condition"), self.computed(&inner.expr));
                quote!({ let #name = #flag; #not #name })
            }
            Expr::Binary(both) if is_junction(&both.op) => {
                let (left, right) = (self.computed(&both.left), self.computed(&both.right));
                match both.op {
                    BinOp::And(_) => quote!(if #left { #right } else { false }),
                    _ => quote!(if #left { true } else { #right }),
                }
            }
            Expr::Binary(both) if is_comparison(&both.op) => {
                let [left, right] = ["left", "right"].map(|name| self.fresh(name));
                let (of_left, op, of_right) = (&both.left, &both.op, &both.right);
                match (&**of_left, self.changes(of_right)) {
                    (Expr::Lit(_), _) => quote!({ let #right = #of_right; #of_left #op #right }),
                    (_, true) => quote!({ let #left = #of_left; let #right = #of_right; #left #op #right }),
                    (_, false) => quote!({ let #left = #of_left; #left #op #of_right }),
                }
            }
            flag => flag.to_token_stream(),
        }
    }
}

/// Whether a condition gives names.
fn has_let(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Paren(inner) => has_let(&inner.expr),
        Expr::Binary(both) => has_let(&both.left) || has_let(&both.right),
        _ => false,
    }
}

/// Finds a call of a closure with a name that changes what it captures, or one that is passed a value by mutable reference.
struct Calls<'l, 'a> {
    lower: &'l Lower<'a>,
    found: bool,
}

impl Calls<'_, '_> {
    fn is_lent(&self, argument: &Expr) -> bool {
        matches!(argument, Expr::Path(path)
            if path.path.get_ident().is_some_and(|name| self.lower.lent.contains(&name.to_string())))
    }
}

impl<'ast> Visit<'ast> for Calls<'_, '_> {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(function) = &*call.func
            && let Some(name) = function.path.get_ident()
            && let Some(Binding::Closure(closure)) = self.lower.scope.get(&name.to_string())
        {
            self.found |= syn::parse2(closure.body()).is_ok_and(|body| Lower::has_own_effect(&body));
        }
        self.found |= call.args.iter().any(|argument| self.is_lent(argument));
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.found |= call.args.iter().any(|argument| self.is_lent(argument));
        visit::visit_expr_method_call(self, call);
    }
}
