//! Detection of control flow that leaves a body or an iteration early, which the backward pass cannot follow.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, Macro, Type};

use crate::differentiable::method::Method;
use crate::errors::Errors;

/// Reports `return`, `?` and `.await` anywhere in the body of a method, except in closures and `async`
/// blocks. Returns whether there is one. If the method returns neither `Option` nor `Result`, a `?` is left
/// for rustc to report.
pub(super) fn body(method: &Method, errors: &mut Errors) -> bool {
    let mut leave =
        Leave { errors, everywhere: true, loops: 0, found: false, question: returns_option(method) };
    leave.visit_block(&method.function.block);
    leave.found
}

fn returns_option(method: &Method) -> bool {
    matches!(&method.output, Type::Path(path) if path.path.segments.last().is_some_and(|last| {
        last.ident == "Option" || last.ident == "Result"
    }))
}

/// Reports `break` and `continue` that leave code without a gradient for a loop that carries one.
pub(super) fn iteration(expr: &Expr, errors: &mut Errors) {
    Leave { errors, everywhere: false, loops: 0, found: false, question: false }.visit_expr(expr);
}

struct Leave<'e> {
    errors: &'e mut Errors,
    everywhere: bool,
    /// The number of loops around the current expression, inside the visited code.
    loops: usize,
    found: bool,
    /// Whether to report `?`.
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
                TokenTree::Ident(ident) if self.everywhere && ident == "return" => {
                    self.refuse(ident, "`return`", RETURN);
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
        }
    }

    fn in_loop(&mut self, visit: impl FnOnce(&mut Self)) {
        self.loops += 1;
        visit(self);
        self.loops -= 1;
    }
}

const RETURN: &str = "write the result as the last expression, or branch with `if`";

impl<'ast> Visit<'ast> for Leave<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Closure(_) | Expr::Async(_) => {}
            Expr::Return(inner) if self.everywhere => self.refuse(inner.return_token, "`return`", RETURN),
            Expr::Try(_) if self.everywhere && !self.question => self.found = true,
            Expr::Try(inner) if self.everywhere => {
                self.refuse(inner.question_token, "`?`", "check before, and pass on what is there");
            }
            Expr::Await(inner) if self.everywhere => {
                self.refuse(inner.await_token, "`.await`", "wait before, and pass on the result");
            }
            Expr::Break(inner) if !self.everywhere && (self.loops == 0 || inner.label.is_some()) => {
                self.refuse(inner.break_token, "`break`", "bound the loop by `while` and a condition");
            }
            Expr::Continue(inner) if !self.everywhere && (self.loops == 0 || inner.label.is_some()) => {
                self.refuse(inner.continue_token, "`continue`", "put the rest of the iteration into an `if`");
            }
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
                self.in_loop(|this| visit::visit_expr(this, expr));
            }
            expr => visit::visit_expr(self, expr),
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}

    fn visit_macro(&mut self, mac: &'ast Macro) {
        self.tokens(mac.tokens.clone());
    }
}
