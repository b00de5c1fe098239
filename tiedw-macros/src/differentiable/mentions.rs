//! Detection of code that may carry a gradient: it mentions a value that does, or a part of the module.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Ident};

use super::scope::{Binding, Scope};
use super::this::is_self;

/// Whether a method queries a size or a shape, which carries no gradient.
pub(super) fn is_query(method: &Ident) -> bool {
    ["rows", "features", "shape", "len", "is_empty"].contains(&&*method.to_string())
}

/// Whether an operator is a comparison, whose result carries no gradient.
pub(super) fn is_comparison(op: &BinOp) -> bool {
    matches!(op, BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_))
}

/// Whether an operator combines flags.
pub(super) fn is_junction(op: &BinOp) -> bool {
    matches!(op, BinOp::And(_) | BinOp::Or(_))
}

/// Whether an operand of a comparison is only read: it calls nothing that may keep it.
fn is_simple(operand: &Expr) -> bool {
    match operand {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Paren(inner) => is_simple(&inner.expr),
        Expr::Reference(inner) => is_simple(&inner.expr),
        Expr::Unary(inner) => is_simple(&inner.expr),
        Expr::Field(field) => is_simple(&field.base),
        Expr::MethodCall(call) => is_query(&call.method) && is_simple(&call.receiver) && call.args.is_empty(),
        _ => false,
    }
}

/// Whether a function is `stop_gradient`.
pub(super) fn is_cut(function: &Expr) -> bool {
    matches!(function, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "stop_gradient"))
}

/// The parts of an expression that may carry a gradient.
#[derive(Default)]
pub(super) struct Mentions {
    /// Values, by name.
    pub(super) values: Vec<Ident>,
    /// Parts of the module.
    pub(super) parts: Vec<Expr>,
}

/// Finds what in `expr` may carry a gradient.
pub(super) fn of(scope: &Scope, expr: &Expr) -> Mentions {
    let mut finder = Finder { scope, found: Mentions::default() };
    finder.visit_expr(expr);
    finder.found
}

/// Whether `expr` may carry a gradient, including one to a parameter that it uses as a value.
pub(super) fn carries(scope: &Scope, expr: &Expr) -> bool {
    let found = of(scope, expr);
    !found.values.is_empty() || !found.parts.is_empty()
}

/// Whether `expr` is a part of the module.
pub(super) fn is_module(scope: &Scope, expr: &Expr) -> bool {
    match expr {
        Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
            let name = name.to_string();
            is_self(&name) || matches!(scope.get(&name), Some(Binding::Module(_)))
        }),
        Expr::Field(field) => is_module(scope, &field.base),
        Expr::Index(index) => is_module(scope, &index.expr),
        Expr::Paren(paren) => is_module(scope, &paren.expr),
        Expr::Reference(reference) => is_module(scope, &reference.expr),
        _ => false,
    }
}

struct Finder<'s> {
    scope: &'s Scope,
    found: Mentions,
}

impl Finder<'_> {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if self.scope.is_active(&ident.to_string()) => {
                    self.found.values.push(ident);
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        if !is_module(self.scope, expr) {
            return visit::visit_expr(self, expr);
        }
        let mut part = expr;
        while let Expr::Reference(reference) = part {
            part = &reference.expr;
        }
        self.found.parts.push(part.clone());
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(name) = path.path.get_ident()
            && self.scope.is_active(&name.to_string())
        {
            self.found.values.push(name.clone());
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if !is_query(&call.method) {
            return visit::visit_expr_method_call(self, call);
        }
        if !is_simple(&call.receiver) {
            self.visit_expr(&call.receiver);
        }
        for argument in &call.args {
            self.visit_expr(argument);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if !is_cut(&call.func) {
            visit::visit_expr_call(self, call);
        }
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        for operand in [&binary.left, &binary.right] {
            if !(is_comparison(&binary.op) && is_simple(operand)) {
                self.visit_expr(operand);
            }
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.tokens(mac.tokens.to_token_stream());
    }
}
