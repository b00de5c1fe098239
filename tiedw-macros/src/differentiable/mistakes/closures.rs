//! Closures that do not fit the methods that they are passed to.

use quote::ToTokens;
use syn::{BinOp, Block, Expr, ExprClosure, ExprForLoop, ExprMethodCall, Item, Pat, Stmt};

use crate::errors::Errors;
use crate::source_text::source_text;
use crate::visit::{self, Visit};

/// Methods whose closure takes one argument.
const OF_ONE: [&str; 17] = [
    "all",
    "any",
    "filter",
    "filter_map",
    "find",
    "find_map",
    "flat_map",
    "for_each",
    "inspect",
    "map",
    "map_while",
    "partition",
    "position",
    "rposition",
    "skip_while",
    "take_while",
    "try_for_each",
];

/// Methods whose closure compares two elements.
const ORDERS: [&str; 4] = ["max_by", "min_by", "sort_by", "sort_unstable_by"];

/// Methods that give slices.
const OF_SLICES: [&str; 6] =
    ["array_windows", "chunks", "chunks_exact", "rchunks", "rchunks_exact", "windows"];

pub(super) fn report(body: &Block, errors: &mut Errors) {
    Closures(errors).visit_block(body);
}

struct Closures<'e>(&'e mut Errors);

impl Closures<'_> {
    /// Looks at the closure of a method of one argument.
    fn of_one(&mut self, call: &ExprMethodCall, closure: &ExprClosure) {
        let (method, inputs) = (&call.method, &closure.inputs);
        if let [pattern] = &inputs.iter().collect::<Vec<_>>()[..] {
            self.item(&call.receiver, pattern);
        } else if inputs.len() > 1 {
            let together = source_text(&inputs.to_token_stream());
            self.0.at(
                inputs,
                format_args!("the closure of `{method}` takes one argument: write `|({together})|`"),
            );
        }
    }

    /// Looks at the pattern of what an iterator gives.
    fn item(&mut self, iterator: &Expr, pattern: &Pat) {
        let Expr::MethodCall(call) = behind_parens(iterator) else { return };
        let Pat::Tuple(parts) = pattern else { return };
        if call.method == "enumerate" {
            if let Some(item) = parts.elems.iter().nth(1) {
                self.item(&call.receiver, item);
            }
            return;
        }
        let method = call.method.to_string();
        let takes_count = call.args.len() == usize::from(method != "array_windows");
        if takes_count && OF_SLICES.contains(&&*method) {
            self.0.at(
                pattern,
                format_args!(
                    "`{method}` gives slices, not tuples: name the slice, as in `|part|`, and write `part[0]` for its first \
                     element"
                ),
            );
        }
    }

    /// Looks at the closure of a method that orders elements.
    fn order(&mut self, call: &ExprMethodCall, closure: &ExprClosure) {
        let last = match &*closure.body {
            Expr::Block(block) => match block.block.stmts.last() {
                Some(Stmt::Expr(last, None)) => last,
                _ => return,
            },
            body => body,
        };
        if let Expr::Binary(both) = behind_parens(last)
            && matches!(both.op, BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_))
        {
            let (less, more) = match both.op {
                BinOp::Lt(_) | BinOp::Le(_) => (&both.left, &both.right),
                _ => (&both.right, &both.left),
            };
            // The names are references already.
            let borrow = if matches!(**more, Expr::Path(_)) { "" } else { "&" };
            let [less, more] = [less, more].map(|side| source_text(&side.to_token_stream()));
            let method = &call.method;
            self.0.at(
                last,
                format_args!(
                    "the closure of `{method}` returns an `Ordering`, and a comparison is a `bool`: write `{less}.total_cmp({borrow}{more})`"
                ),
            );
        }
    }
}

fn behind_parens(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => behind_parens(&inner.expr),
        Expr::Group(inner) => behind_parens(&inner.expr),
        expr => expr,
    }
}

impl<'ast> Visit<'ast> for Closures<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let name = call.method.to_string();
        if let Some(Expr::Closure(closure)) = call.args.first().filter(|_| call.args.len() == 1) {
            if OF_ONE.contains(&&*name) {
                self.of_one(call, closure);
            } else if ORDERS.contains(&&*name) {
                self.order(call, closure);
            }
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_for_loop(&mut self, each: &'ast ExprForLoop) {
        self.item(&each.expr, &each.pat);
        visit::visit_expr_for_loop(self, each);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
