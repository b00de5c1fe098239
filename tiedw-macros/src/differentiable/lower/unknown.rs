//! Names of no variable. If one is misspelt, rustc suggests the same names as in the method, so that it reports the mistake once.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprPath};

use super::Lower;
use super::call::span_of;
use crate::differentiable::this::is_self;

impl Lower<'_> {
    /// A name that is not one of a variable, beside those of all variables.
    pub(super) fn unknown_name(&self, path: &ExprPath) -> TokenStream {
        if !self.is_unknown(path) {
            return path.to_token_stream();
        }
        let names: BTreeSet<&str> = self.scope.names().filter(|name| is_variable(name)).collect();
        let names = names.into_iter().filter_map(|name| syn::parse_str::<Ident>(name).ok());
        let span = span_of(&Expr::Path(path.clone()));
        let lets = names.map(|mut name| {
            name.set_span(span);
            quote!(#[allow(unused, clippy::all)] let #name = ();)
        });
        quote!(({ #(#lets)* #path }))
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

fn is_variable(name: &str) -> bool {
    !is_self(name) && name.starts_with(|first: char| first.is_lowercase() || first == '_')
}
