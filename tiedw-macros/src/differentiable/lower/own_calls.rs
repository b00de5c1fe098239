//! What plain code may ask about values: calls of the module's own methods, such as `xs[self.position(3)]`, and comparisons in
//! closures, such as `order.sort_by(|&a, &b| xs[a].total_cmp(&xs[b]))`. The results carry no gradient.

use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::names::is_order;
use super::{Lower, free};
use crate::differentiable::mentions::is_query;
use crate::differentiable::scope::Binding;
use crate::differentiable::this::is_self_alone;
use crate::private::private_at;

impl Lower<'_> {
    /// Replaces such calls in an expression by names, and returns the code of each. They stay where they are, so that they
    /// run when and as often as in the method.
    pub(super) fn own_calls(&mut self, expr: &Expr) -> (Expr, Vec<(Ident, TokenStream)>) {
        let (mut expr, mut calls) = (expr.clone(), Vec::new());
        OwnCalls { lower: self, calls: &mut calls, in_closure: false }.visit_expr_mut(&mut expr);
        (expr, calls)
    }

    /// The code of a call whose result must carry no gradient.
    pub(super) fn own_call(&mut self, call: &Expr) -> TokenStream {
        let (value, span) = (self.look(call), call.span());
        let private = private_at(span);
        quote_spanned!(span=> (*#private::Discrete::part(&(#value))))
    }
}

/// Whether an expression is a call of a method of the module itself.
pub(super) fn is_own_call(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => is_self_alone(&call.receiver) && !is_query(call),
        _ => false,
    }
}

/// Whether an expression finds indices or flags of elements, which carry no gradient: the type checker asserts it.
pub(super) fn finds_indices(expr: &Expr) -> bool {
    const METHODS: [&str; 15] = [
        "argmax",
        "argmax_axis",
        "argmin",
        "argmin_axis",
        "argsort",
        "argsort_axis",
        "eq",
        "ge",
        "gt",
        "is_finite",
        "is_infinite",
        "is_nan",
        "le",
        "lt",
        "ne",
    ];
    matches!(expr, Expr::MethodCall(call) if METHODS.contains(&&*call.method.to_string()))
}

struct OwnCalls<'l, 'a> {
    lower: &'l mut Lower<'a>,
    calls: &'l mut Vec<(Ident, TokenStream)>,
    /// Whether this is in a closure, whose arguments are in scope.
    in_closure: bool,
}

/// Whether a call compares values, whose order carries no gradient.
fn is_comparison_of_values(lower: &Lower<'_>, call: &syn::ExprMethodCall) -> bool {
    is_order(&call.method) && !lower.is_plain(&Expr::MethodCall(call.clone()))
}

impl VisitMut for OwnCalls<'_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            // What binds names is left alone: they may be arguments.
            Expr::Closure(closure) => {
                let Some(value) = only_value(&mut closure.body) else { return };
                self.lower.scope.enter();
                for name in closure.inputs.iter().flat_map(free::bound) {
                    self.lower.scope.bind(&name, Binding::Plain);
                }
                let outer = std::mem::replace(&mut self.in_closure, true);
                self.visit_expr_mut(value);
                self.in_closure = outer;
                self.lower.scope.leave();
            }
            Expr::MethodCall(call) if is_comparison_of_values(self.lower, call) => {
                let name = self.lower.fresh("answer");
                let comparison = self.lower.expr(&Expr::MethodCall(call.clone())).expr;
                self.calls.push((name.clone(), comparison.into_token_stream()));
                *expr = syn::parse_quote!(#name);
            }
            Expr::Block(_) | Expr::ForLoop(_) | Expr::If(_) | Expr::Let(_) => {}
            Expr::Loop(_) | Expr::Macro(_) | Expr::Match(_) | Expr::Unsafe(_) | Expr::While(_) => {}
            expr if (is_own_call(expr) || finds_indices(expr)) && !self.in_closure => {
                let name = self.lower.fresh("answer");
                let call = self.lower.own_call(expr);
                *expr = syn::parse_quote!(#name);
                self.calls.push((name, call));
            }
            expr => visit_mut::visit_expr_mut(self, expr),
        }
    }
}

/// Puts the code of calls where their names are.
pub(super) fn put_back(code: TokenStream, calls: &[(Ident, TokenStream)]) -> TokenStream {
    let code = code.into_iter().map(|token| match token {
        TokenTree::Ident(name) => match calls.iter().find(|(other, _)| *other == name) {
            Some((_, call)) => call.clone(),
            None => quote!(#name),
        },
        TokenTree::Group(group) => {
            let mut inside = Group::new(group.delimiter(), put_back(group.stream(), calls));
            inside.set_span(group.span());
            quote!(#inside)
        }
        token => quote!(#token),
    });
    code.collect()
}

/// The value of a body without statements.
fn only_value(body: &mut Expr) -> Option<&mut Expr> {
    match body {
        Expr::Block(block) => match &mut block.block.stmts[..] {
            [syn::Stmt::Expr(value, None)] => only_value(value),
            _ => None,
        },
        value => Some(value),
    }
}
