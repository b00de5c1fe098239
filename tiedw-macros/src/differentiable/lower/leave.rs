//! Detection of control flow that the backward pass cannot follow: macros that leave the body.

use crate::visit::{self, Visit};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Macro, Type};

use crate::differentiable::method::Method;
use crate::errors::Errors;

/// Reports macros that contain `return` in the body of a method, except in closures and `async` blocks.
/// Returns whether there is one. A `?` in a method whose result cannot take it is left for rustc to report.
pub(super) fn body(method: &Method, errors: &mut Errors) -> bool {
    let mut leave = Leave { errors, found: false, question: takes_question(&method.output) };
    leave.visit_block(&method.function.block);
    leave.found
}

/// Whether `?` may return a value of this type, as far as it is known by name.
fn takes_question(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            !["f32", "f64", "bool", "usize", "Tensor", "Self", "Vec", "String"]
                .contains(&&*last.ident.to_string())
        }),
        Type::Paren(inner) => takes_question(&inner.elem),
        Type::Group(inner) => takes_question(&inner.elem),
        _ => false,
    }
}

struct Leave<'e> {
    errors: &'e mut Errors,
    found: bool,
    /// Whether the method can return what `?` returns.
    question: bool,
}

impl Leave<'_> {
    fn refuse(&mut self, token: impl ToTokens, name: &str, instead: &str) {
        self.found = true;
        self.errors.at(token, format_args!("{name} is outside the differentiable subset; {instead}"));
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if ident == "return" => {
                    self.refuse(ident, "`return` in a macro", "write it outside");
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Leave<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Closure(_) | Expr::Async(_) => {}
            Expr::Try(_) if !self.question => self.found = true,
            expr => visit::visit_expr(self, expr),
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}

    fn visit_macro(&mut self, mac: &'ast Macro) {
        self.tokens(mac.tokens.clone());
    }
}
