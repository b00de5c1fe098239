//! Names of no variable. If one is misspelt, rustc suggests the same names as in the method, so that it reports the mistake once.

use std::collections::BTreeSet;

use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Block, Expr, ExprPath, Pat, Stmt};

use super::Lower;
use super::call::span_of;
use super::shown::captures;
use crate::differentiable::this::is_self;
use crate::known::Place;
use crate::visit::{self, Visit};

impl Lower<'_> {
    /// A name that is not one of a variable, beside those of all variables.
    pub(super) fn unknown_name(&self, path: &ExprPath) -> TokenStream {
        if !self.is_unknown(path) {
            return path.to_token_stream();
        }
        let lets = self.suggested(span_of(&Expr::Path(path.clone())), &[]);
        let elsewhere = LastBlock::before(path, self.body)
            .map(|binding| quote!({ #[allow(unused, clippy::all)] let #binding = (); }));
        quote!(({ #elsewhere #lets #path }))
    }

    /// The variables beside a name of none that code `names` in a format string.
    pub(super) fn unknown_capture(&self, code: &TokenStream) -> Option<TokenStream> {
        let (mut names, mut captured) = (Vec::new(), Vec::new());
        collect_names(code.clone(), &mut names, &mut captured);
        let is_unknown = |name: &String| is_variable(name) && self.scope.get(name).is_none();
        let has_unknown = captured.iter().any(is_unknown);
        names.append(&mut captured);
        has_unknown.then(|| self.suggested(Span::call_site(), &names))
    }

    /// All variables except some, for rustc to suggest.
    fn suggested(&self, span: Span, except: &[String]) -> TokenStream {
        let is_suggested = |name: &&str| is_variable(name) && !except.iter().any(|other| other == name);
        let names: BTreeSet<&str> = self.scope.names().filter(is_suggested).collect();
        let names = names.into_iter().filter_map(|name| syn::parse_str::<Ident>(name).ok());
        let lets = names.map(|mut name| {
            name.set_span(span);
            quote!(#[allow(unused, clippy::all)] let #name = ();)
        });
        lets.collect()
    }

    /// An expression of operators that is kept as written, with such names.
    pub(super) fn with_unknown_names(&self, expr: &Expr) -> Expr {
        struct Unknown<'l, 'a>(&'l Lower<'a>);
        impl VisitMut for Unknown<'_, '_> {
            fn visit_expr_mut(&mut self, expr: &mut Expr) {
                match expr {
                    Expr::Path(path) if self.0.is_unknown(path) => {
                        *expr = Expr::Verbatim(self.0.unknown_name(path));
                    }
                    Expr::Binary(_) | Expr::Unary(_) | Expr::Paren(_) | Expr::Cast(_) => {
                        visit_mut::visit_expr_mut(self, expr);
                    }
                    _ => {}
                }
            }
        }
        let mut expr = expr.clone();
        Unknown(self).visit_expr_mut(&mut expr);
        expr
    }

    fn is_unknown(&self, path: &ExprPath) -> bool {
        let name = path.path.get_ident().map(ToString::to_string);
        path.qself.is_none() && name.is_some_and(|name| is_variable(&name) && self.scope.get(&name).is_none())
    }
}

/// The block that ends last before a name of no variable. If it declares one of that name, rustc says so.
struct LastBlock<'b> {
    path: Place,
    last: Option<&'b Block>,
    is_found: bool,
}

impl<'b> LastBlock<'b> {
    /// The variable of this name in the last block before it.
    fn before(path: &ExprPath, body: &'b Block) -> Option<Ident> {
        let name = path.path.get_ident()?;
        let mut found = LastBlock { path: Place::of(name.span())?, last: None, is_found: false };
        found.visit_block(body);
        let lets = found.last.filter(|_| found.is_found)?.stmts.iter();
        let mut patterns = lets.filter_map(|statement| match statement {
            Stmt::Local(local) => Some(&local.pat),
            _ => None,
        });
        patterns.find_map(|pattern| match pattern {
            Pat::Ident(pattern) if pattern.ident == *name => Some(pattern.ident.clone()),
            Pat::Type(typed) => match &*typed.pat {
                Pat::Ident(pattern) if pattern.ident == *name => Some(pattern.ident.clone()),
                _ => None,
            },
            _ => None,
        })
    }
}

impl<'b> Visit<'b> for LastBlock<'b> {
    fn visit_block(&mut self, block: &'b Block) {
        visit::visit_block(self, block);
        if !self.is_found {
            self.last = Some(block);
        }
    }

    fn visit_expr_path(&mut self, path: &'b ExprPath) {
        let name = path.path.get_ident();
        self.is_found |= name.and_then(|name| Place::of(name.span())).is_some_and(|place| place == self.path);
    }
}

/// Collects the names in code, and those in its format strings.
fn collect_names(code: TokenStream, names: &mut Vec<String>, captured: &mut Vec<String>) {
    for token in code {
        match token {
            TokenTree::Ident(name) => names.push(name.to_string()),
            TokenTree::Literal(literal) => captured.extend(captures(&literal.to_string())),
            TokenTree::Group(group) => collect_names(group.stream(), names, captured),
            TokenTree::Punct(_) => {}
        }
    }
}

fn is_variable(name: &str) -> bool {
    !is_self(name) && name.starts_with(|first: char| first.is_lowercase() || first == '_')
}
