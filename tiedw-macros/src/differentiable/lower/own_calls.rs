//! Calls of the module's own methods within plain code, such as `xs[self.position(3)]`: their results carry no gradient.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};

use super::Lower;
use crate::differentiable::mentions::is_query;
use crate::differentiable::this::is_self_alone;
use crate::private::private_at;

impl Lower<'_> {
    /// Replaces such calls in an expression by names, and returns the code of each. They stay where they are, so that they
    /// run when and as often as in the method.
    pub(super) fn own_calls(&mut self, expr: &Expr) -> (Expr, Vec<(Ident, TokenStream)>) {
        let (mut expr, mut calls) = (expr.clone(), Vec::new());
        OwnCalls { lower: self, calls: &mut calls }.visit_expr_mut(&mut expr);
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
        Expr::MethodCall(call) => is_self_alone(&call.receiver) && !is_query(&call.method),
        _ => false,
    }
}

struct OwnCalls<'l, 'a> {
    lower: &'l mut Lower<'a>,
    calls: &'l mut Vec<(Ident, TokenStream)>,
}

impl VisitMut for OwnCalls<'_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            // What binds names is left alone: they may be arguments.
            Expr::Block(_) | Expr::Closure(_) | Expr::ForLoop(_) | Expr::If(_) | Expr::Let(_) => {}
            Expr::Loop(_) | Expr::Macro(_) | Expr::Match(_) | Expr::Unsafe(_) | Expr::While(_) => {}
            expr if is_own_call(expr) => {
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
