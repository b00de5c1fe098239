//! `break` with a value where there is none to give, and outside of a loop.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Block, Expr, ExprBreak, ExprContinue, Item, Label};

use crate::errors::Errors;
use crate::visit::{self, Visit};

pub(super) fn report(body: &Block, errors: &mut Errors) {
    LoopExits { around: Vec::new(), errors }.visit_block(body);
}

/// What can be left, or hides what can be.
enum Around {
    /// A `for` or a `while`, which has no value.
    Repeated(&'static str, Option<Ident>),
    Loop(Option<Ident>),
    Labeled(Ident),
    Closure,
    Async,
}

struct LoopExits<'e> {
    around: Vec<Around>,
    errors: &'e mut Errors,
}

impl LoopExits<'_> {
    fn inside(&mut self, around: Around, body: &Block) {
        self.around.push(around);
        self.visit_block(body);
        self.around.pop();
    }

    fn left(&mut self, exit: &ExprBreak) {
        let label = exit.label.as_ref().map(|label| &label.ident);
        for around in self.around.iter().rev() {
            match around {
                Around::Repeated(keyword, own) if is_it(label, own.as_ref()) => {
                    if exit.expr.is_some() {
                        self.errors.at(
                            exit,
                            format_args!(
                                "a `{keyword}` loop has no value, so `break` takes none: give the value to a variable before \
                                 `break`, or write `return`"
                            ),
                        );
                    }
                    return;
                }
                Around::Loop(own) if is_it(label, own.as_ref()) => return,
                Around::Labeled(own) if label == Some(own) => return,
                Around::Closure => return self.leaves_closure(exit.break_token, "break"),
                // Of this, rustc speaks.
                Around::Async => return,
                _ => {}
            }
        }
        if label.is_none() {
            self.errors.at(exit.break_token, "`break` outside of a loop: write `return` to leave the body");
        }
    }
}

impl LoopExits<'_> {
    fn continued(&mut self, exit: &ExprContinue) {
        let label = exit.label.as_ref().map(|label| &label.ident);
        for around in self.around.iter().rev() {
            match around {
                Around::Repeated(_, own) | Around::Loop(own) if is_it(label, own.as_ref()) => return,
                Around::Closure => return self.leaves_closure(exit.continue_token, "continue"),
                Around::Async => return,
                _ => {}
            }
        }
    }

    fn leaves_closure(&mut self, token: impl ToTokens, keyword: &str) {
        self.errors.at(
            token,
            format_args!(
                "a closure is a function of its own, in which `{keyword}` leaves no loop around it: write `return` to leave the closure"
            ),
        );
    }
}

/// Whether a loop with this label is the one that is left.
fn is_it(label: Option<&Ident>, own: Option<&Ident>) -> bool {
    label.is_none() || label == own
}

fn name(label: Option<&Label>) -> Option<Ident> {
    label.map(|label| label.name.ident.clone())
}

impl<'ast> Visit<'ast> for LoopExits<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::ForLoop(each) => {
                self.visit_expr(&each.expr);
                self.inside(Around::Repeated("for", name(each.label.as_ref())), &each.body);
            }
            Expr::While(each) => {
                self.visit_expr(&each.cond);
                self.inside(Around::Repeated("while", name(each.label.as_ref())), &each.body);
            }
            Expr::Loop(each) => self.inside(Around::Loop(name(each.label.as_ref())), &each.body),
            Expr::Block(block) if let Some(label) = name(block.label.as_ref()) => {
                self.inside(Around::Labeled(label), &block.block);
            }
            Expr::Closure(_) | Expr::Async(_) => {
                self.around.push(if matches!(expr, Expr::Closure(_)) {
                    Around::Closure
                } else {
                    Around::Async
                });
                visit::visit_expr(self, expr);
                self.around.pop();
            }
            Expr::Continue(exit) => self.continued(exit),
            Expr::Break(exit) => {
                self.left(exit);
                visit::visit_expr(self, expr);
            }
            expr => visit::visit_expr(self, expr),
        }
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
