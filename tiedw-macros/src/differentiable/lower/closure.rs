//! Local closures: their body is lowered where they are called.

use std::rc::Rc;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprClosure, Lifetime, Pat};

use super::Lower;
use super::exit::leaves_by_question;
use crate::differentiable::mentions::{self, is_query};
use crate::differentiable::model::Operand;
use crate::differentiable::scope::{Binding, Scope};

/// A closure with a name.
pub(in crate::differentiable) struct Closure {
    written: ExprClosure,
    /// The names that it captures, with the bindings that it refers to.
    captured: Vec<(Ident, usize)>,
}

impl Closure {
    /// Its body.
    pub(super) fn body(&self) -> TokenStream {
        self.written.body.to_token_stream()
    }
}

impl Lower<'_> {
    /// Whether a closure must be lowered, because a gradient may flow through it.
    pub(super) fn is_carrying(&self, closure: &ExprClosure) -> bool {
        closure.capture.is_none() && closure.asyncness.is_none() && self.flows_through(&closure.body)
    }

    /// Whether a gradient may flow through an expression: it mentions a value, or calls a part of the module.
    pub(super) fn flows_through(&self, expr: &Expr) -> bool {
        let found = mentions::of(&self.scope, expr);
        found.has_values() || !found.parts.is_empty() && calls_part(&self.scope, expr)
    }

    /// Binds a name to a closure.
    pub(super) fn bind_closure(&mut self, name: &Ident, closure: &ExprClosure) {
        let mut names = Names::default();
        closure.inputs.iter().for_each(|input| names.visit_pat(input));
        names.visit_expr(&closure.body);
        let Names { used, bound } = names;
        let captured = used.into_iter().filter(|name| !bound.contains(name)).filter_map(|name| {
            let number = self.scope.number(&name.to_string())?;
            Some((name, number))
        });
        let closure = Closure { captured: captured.collect(), written: closure.clone() };
        self.scope.bind(name, Binding::Closure(Rc::new(closure)));
    }

    /// Lowers the call of a closure with a name.
    pub(super) fn call_closure(&mut self, closure: &Closure, call: &syn::ExprCall) -> Operand {
        let moved = closure
            .captured
            .iter()
            .find(|(name, number)| self.scope.number(&name.to_string()) != Some(*number));
        if let Some((name, _)) = moved {
            self.errors.at(
                &call.func,
                format_args!("`{name}` means something else here than in this closure; give one of the two another name"),
            );
            return Operand::unit();
        }
        let inlined = self.applied(
            &Expr::Closure(closure.written.clone()),
            call.args.iter().map(ToTokens::to_token_stream),
        );
        self.parsed(inlined, call)
    }

    /// Lowers generated code.
    pub(super) fn parsed(&mut self, code: Option<TokenStream>, source: &impl ToTokens) -> Operand {
        match code.map(syn::parse2::<Expr>) {
            Some(Ok(expr)) => self.expr(&expr),
            _ => {
                self.errors.at(source, "this is outside the differentiable subset: a closure in it has `?`, or other arguments than it is called with; \
                     write it as a function, or as a loop");
                Operand::unit()
            }
        }
    }

    /// Returns a new name that no user's name equals.
    pub(super) fn fresh(&mut self, what: &str) -> Ident {
        self.indices += 1;
        format_ident!("__{what}{}", self.indices, span = Span::mixed_site())
    }

    /// The code of a call of a closure or function; `None` if its body has a `?`.
    pub(super) fn applied(
        &mut self,
        function: &Expr,
        arguments: impl IntoIterator<Item = TokenStream>,
    ) -> Option<TokenStream> {
        let arguments: Vec<_> = arguments.into_iter().collect();
        match function {
            Expr::Paren(inner) => self.applied(&inner.expr, arguments),
            Expr::Reference(inner) => self.applied(&inner.expr, arguments),
            Expr::Closure(closure) => {
                if leaves_by_question(&closure.body) || closure.inputs.len() != arguments.len() {
                    return None;
                }
                let label = Lifetime::new(&format!("'{}", self.fresh("closure")), Span::mixed_site());
                let mut body = (*closure.body).clone();
                let mut returns = Returns { label: &label, found: false };
                returns.visit_expr_mut(&mut body);
                let label = returns.found.then(|| quote!(#label:));
                // All arguments are evaluated before a name of the closure is bound, which may be one of theirs.
                let mut before = TokenStream::new();
                let arguments: Vec<_> = match &arguments[..] {
                    [_] => arguments,
                    _ => arguments
                        .into_iter()
                        .map(|argument| {
                            let name = self.fresh("argument");
                            before.extend(quote!(let #name = #argument;));
                            quote!(#name)
                        })
                        .collect(),
                };
                let lets = closure.inputs.iter().zip(arguments).map(|(pattern, argument)| {
                    let span = pattern.span();
                    match pattern {
                        Pat::Type(typed) => {
                            let (pattern, ty) = (&typed.pat, &typed.ty);
                            quote_spanned!(span=> let #pattern: #ty = #argument;)
                        }
                        pattern => quote_spanned!(span=> let #pattern = #argument;),
                    }
                });
                let body = match &closure.output {
                    syn::ReturnType::Type(_, ty) => quote!(let result: #ty = #body; result),
                    syn::ReturnType::Default => quote!(#body),
                };
                let lets: Vec<_> = lets.collect();
                Some(quote!(#label { #before #(#lets)* #body }))
            }
            function => Some(quote!(#function(#(#arguments),*))),
        }
    }
}

/// Whether an expression calls a method of a part of the module, other than one for its size or its elements.
fn calls_part(scope: &Scope, expr: &Expr) -> bool {
    struct Calls<'s>(&'s Scope, bool);
    impl<'ast> Visit<'ast> for Calls<'_> {
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            let is_data = is_query(&call.method) || call.method == "iter" || call.method == "get";
            self.1 |= mentions::is_module(self.0, &call.receiver) && !is_data;
            syn::visit::visit_expr_method_call(self, call);
        }
    }
    let mut calls = Calls(scope, false);
    calls.visit_expr(expr);
    calls.1
}

/// The names that an expression uses, also in macros, and those that it binds.
#[derive(Default)]
struct Names {
    used: Vec<Ident>,
    bound: Vec<Ident>,
}

impl Names {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(name) => self.used.push(name),
                proc_macro2::TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.used.extend(path.path.get_ident().cloned());
    }

    fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
        self.bound.push(name.ident.clone());
        syn::visit::visit_pat_ident(self, name);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.tokens(mac.tokens.clone());
    }
}

/// Replaces `return` by a `break` of the inlined body.
struct Returns<'l> {
    label: &'l Lifetime,
    found: bool,
}

impl VisitMut for Returns<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if matches!(expr, Expr::Closure(_) | Expr::Async(_)) {
            return;
        }
        syn::visit_mut::visit_expr_mut(self, expr);
        if let Expr::Return(exit) = expr {
            self.found = true;
            let (label, value) = (self.label, &exit.expr);
            *expr = syn::parse_quote!(break #label #value);
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
