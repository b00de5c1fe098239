//! Random numbers that a thread draws of its own in a body with a checkpoint, which runs again.

use crate::visit::{self, Visit};
use syn::{Block, Expr, ExprPath, Local};

use super::super::lower::checkpoint::{attributes, is_marked};
use crate::errors::Errors;

pub(super) fn report(body: &Block, errors: &mut Errors) {
    let mut draws = Draws { within: false, at_let: false, has_checkpoint: false, found: None, named: None };
    draws.visit_block(body);
    let named = draws.named.filter(|_| draws.has_checkpoint);
    if let Some(found) = draws.found.or(named) {
        errors.at(
            &found.path,
            "draws other numbers when a `#[checkpoint]` runs again: take the generator as an argument, as in `rng: &mut impl Rng`",
        );
    }
}

struct Draws<'b> {
    /// Whether this is in a checkpoint, or at the start of a variable.
    within: bool,
    at_let: bool,
    has_checkpoint: bool,
    /// What is drawn in a checkpoint, and a generator that may be used in one.
    found: Option<&'b ExprPath>,
    named: Option<&'b ExprPath>,
}

impl<'ast> Visit<'ast> for Draws<'ast> {
    fn visit_local(&mut self, local: &'ast Local) {
        let outer = (self.within, self.at_let);
        self.has_checkpoint |= is_marked(&local.attrs);
        (self.within, self.at_let) = (self.within || is_marked(&local.attrs), true);
        visit::visit_local(self, local);
        (self.within, self.at_let) = outer;
    }

    fn visit_block(&mut self, block: &'ast Block) {
        let outer = std::mem::take(&mut self.at_let);
        visit::visit_block(self, block);
        self.at_let = outer;
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        let (outer, is_marked) = (self.within, is_marked(attributes(expr)));
        self.has_checkpoint |= is_marked;
        self.within |= is_marked;
        if let Expr::Path(path) = expr
            && draws(path)
        {
            if self.within {
                self.found.get_or_insert(path);
            } else if self.at_let {
                self.named.get_or_insert(path);
            }
        }
        visit::visit_expr(self, expr);
        self.within = outer;
    }
}

/// Whether it is the path of a function of `rand` that draws from a generator of the thread, or makes one.
fn draws(path: &ExprPath) -> bool {
    let segments = &path.path.segments;
    let last = segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let is_of_rand = segments.len() == 2 && segments[0].ident == "rand";
    last == "thread_rng"
        || is_of_rand && (["rng", "make_rng"].contains(&&*last) || last.starts_with("random"))
}
