//! Parts of the module that are found by an index and kept, as in `order.iter().map(|&i| &self.cells[i]).collect()`. rustc would report
//! them where they are found, and again where they are called.

use syn::{Expr, ExprMethodCall, Member, Stmt};

use super::Lower;
use super::expression::itself;
use crate::differentiable::this::is_self_alone;

const MESSAGE: &str = "a part of the module that is found by an index, and kept, has no gradient here: write a `for` loop over the indices, \
                       and call the part in it, as in `h = self.layers[i].forward(&h)`";

impl Lower<'_> {
    /// Reports a closure that finds such a part, if a method keeps what it returns; returns whether it did.
    pub(super) fn refuse_found_parts(&mut self, call: &ExprMethodCall) -> bool {
        const KEEP: [&str; 12] = [
            "collect",
            "next",
            "nth",
            "last",
            "find",
            "reduce",
            "partition",
            "max_by",
            "max_by_key",
            "min_by",
            "min_by_key",
            "peekable",
        ];
        KEEP.iter().any(|name| call.method == name) && self.refuse_iterator_of_parts(&call.receiver)
    }

    /// Reports such a closure in an iterator that yields what it returns; returns whether it did.
    pub(super) fn refuse_iterator_of_parts(&mut self, iterator: &Expr) -> bool {
        const OF_ITEMS: [&str; 9] =
            ["filter", "take_while", "skip_while", "inspect", "rev", "skip", "take", "step_by", "enumerate"];
        let mut source = itself(iterator);
        while let Expr::MethodCall(call) = source {
            if matches!(&*call.method.to_string(), "map" | "filter_map") {
                return match call.args.first() {
                    Some(Expr::Closure(closure)) => self.refuse_found_part(&closure.body),
                    _ => false,
                };
            }
            if !OF_ITEMS.iter().any(|name| call.method == name) {
                return false;
            }
            source = itself(&call.receiver);
        }
        false
    }

    /// Reports such a part; returns whether an expression is one.
    pub(super) fn refuse_found_part(&mut self, expr: &Expr) -> bool {
        let found = match itself(expr) {
            Expr::Block(block) => match block.block.stmts.last() {
                Some(Stmt::Expr(last, None)) => return self.refuse_found_part(last),
                _ => return false,
            },
            Expr::Index(access) if !matches!(&*access.index, Expr::Range(_)) => &*access.expr,
            Expr::MethodCall(get) if get.method == "get" && get.args.len() == 1 => &*get.receiver,
            _ => return false,
        };
        let is_found = self.is_known_part(found) && !self.is_element_of_parameter(expr);
        if is_found {
            self.errors.at(expr, MESSAGE);
        }
        is_found
    }

    /// Whether an expression is an element of a field of the module that is certainly no setting, as in `self.scales.get(i)`.
    pub(super) fn is_part_of_known_list(&self, expr: &Expr) -> bool {
        match itself(expr) {
            Expr::MethodCall(call) if matches!(&*call.method.to_string(), "get" | "first" | "last") => {
                self.is_known_part(&call.receiver)
            }
            _ => false,
        }
    }

    /// Whether an expression is a field of the module that is certainly no setting.
    pub(super) fn is_known_part(&self, expr: &Expr) -> bool {
        let Expr::Field(field) = itself(expr) else { return false };
        let Member::Named(name) = &field.member else { return false };
        is_self_alone(&field.base)
            && self.known_settings.is_some_and(|settings| !settings.iter().any(|setting| name == setting))
    }
}
