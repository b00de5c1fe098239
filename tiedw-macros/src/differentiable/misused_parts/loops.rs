//! Lists of layers that are taken by value, or whose items are taken for something else.

use proc_macro2::Ident;
use syn::{Expr, ExprForLoop, ExprMethodCall, Local, Pat, Type};

use super::operands::{behind_reference, written};
use super::{MisusedParts, behind_parens};
use crate::visit::{self, Visit};

/// Methods that return an iterator.
const STAGES: [&str; 14] = [
    "chain",
    "enumerate",
    "filter",
    "filter_map",
    "flat_map",
    "inspect",
    "iter",
    "map",
    "rev",
    "skip",
    "skip_while",
    "take",
    "take_while",
    "zip",
];

impl MisusedParts<'_> {
    pub(super) fn each(&mut self, each: &ExprForLoop) {
        let items = behind_parens(&each.expr);
        if matches!(items, Expr::Field(_)) && self.is_vec(items) {
            let list = written(items);
            return self
                .errors
                .at(items, format_args!("this would move the parts out of the module: write `&{list}`"));
        }
        match (&*each.pat, items) {
            (Pat::Tuple(pair), items) if pair.elems.len() == 2 => {
                let list = match items {
                    Expr::MethodCall(call) if call.method == "iter" => &call.receiver,
                    Expr::Reference(list) => &*list.expr,
                    _ => return,
                };
                if self.is_list(list) {
                    let list = written(list);
                    self.errors.at(
                        pair,
                        format_args!(
                            "the items of `{list}` are layers: write `{list}.iter().enumerate()` for their numbers, too"
                        ),
                    );
                }
            }
            (Pat::Ident(item), Expr::MethodCall(call)) if call.method == "enumerate" => {
                let Expr::MethodCall(of) = behind_parens(&call.receiver) else { return };
                if of.method == "iter" && self.is_list(&of.receiver) && calls_method_of(&item.ident, each) {
                    let item = &item.ident;
                    self.errors.at(
                        item,
                        format_args!("`enumerate` returns each layer with its number: write `(i, {item})`"),
                    );
                }
            }
            _ => {}
        }
    }

    /// Reports an iterator over layers in place of a list.
    pub(super) fn uncollected(&mut self, local: &Local) {
        let (Pat::Type(typed), Some(init)) = (&local.pat, &local.init) else { return };
        let Expr::MethodCall(call) = behind_parens(&init.expr) else { return };
        let is_stage = |call: &ExprMethodCall| STAGES.iter().any(|stage| call.method == stage);
        if !is_named(&typed.ty, "Vec") || !is_stage(call) {
            return;
        }
        let mut source = call;
        while let Expr::MethodCall(before) = behind_parens(&source.receiver) {
            if !is_stage(before) {
                return;
            }
            source = before;
        }
        if source.method == "iter" && self.is_list(&source.receiver) {
            self.errors.at(
                &call.method,
                format_args!("`{}` returns an iterator, and no `Vec`: add `.collect()`", call.method),
            );
        }
    }

    fn is_list(&self, place: &Expr) -> bool {
        let ty = self.types.of(behind_reference(place));
        ty.is_some_and(|ty| ty.starts_with('[')) && self.is_of_layers(behind_reference(place))
    }

    fn is_vec(&self, place: &Expr) -> bool {
        self.types.declared(place).is_some_and(|ty| is_named(&ty, "Vec")) && self.is_of_layers(place)
    }
}

fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

/// Whether the body of a loop calls a method of its item.
fn calls_method_of(item: &Ident, each: &ExprForLoop) -> bool {
    struct Calls<'i>(&'i Ident, bool);
    impl<'ast> Visit<'ast> for Calls<'_> {
        fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
            let is_item = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident(self.0));
            self.1 |= is_item && call.method == "forward";
            visit::visit_expr_method_call(self, call);
        }
    }
    let mut calls = Calls(item, false);
    calls.visit_block(&each.body);
    calls.1
}
