//! Detection of recursive methods, whose pullback is boxed: its type would contain itself.

use std::collections::{HashMap, HashSet};

use super::this::is_self_alone;
use crate::known;
use crate::visit::{self, Visit};
use proc_macro2::Ident;
use syn::{Expr, ImplItem, ImplItemFn, ItemImpl, Type};

/// The functions of an impl block.
pub(super) fn functions(item: &ItemImpl) -> impl Iterator<Item = &ImplItemFn> + Clone {
    item.items.iter().filter_map(|member| match member {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}

/// The names of the methods of a block.
pub(super) fn names(item: &ItemImpl) -> HashSet<String> {
    functions(item).map(|function| function.sig.ident.to_string()).collect()
}

/// Returns the names of the methods that call themselves, directly or through others.
pub(super) fn recursive<'f>(functions: impl Iterator<Item = &'f ImplItemFn>) -> Vec<String> {
    let calls: HashMap<String, Vec<String>> = functions
        .map(|function| {
            let mut calls = Calls(Vec::new());
            calls.visit_block(&function.block);
            (function.sig.ident.to_string(), calls.0)
        })
        .collect();
    in_circles(&calls).collect()
}

/// The names of those that call themselves.
pub(super) fn in_circles(calls: &HashMap<String, Vec<String>>) -> impl Iterator<Item = String> {
    calls.keys().filter(|name| is_in_circle(calls, name)).cloned()
}

/// Notes whether a module holds a list of itself, such as a tree.
pub(crate) fn note(module: &Ident, holds_itself: bool) {
    if holds_itself {
        known::note(&key(module), String::new(), module.span(), &[]);
    }
}

/// Whether a module holds a list of itself, as far as the crate was expanded.
pub(super) fn holds_itself(module: &Type) -> bool {
    match module {
        Type::Path(path) => {
            path.path.segments.last().is_some_and(|last| !known::texts(&key(&last.ident)).is_empty())
        }
        _ => false,
    }
}

fn key(module: &Ident) -> String {
    format!("holds itself: {module}")
}

/// Whether a function calls a method of one of these names on something other than `self`, which may be a part.
pub(super) fn calls_of_parts(block: &syn::Block, names: &HashSet<String>) -> bool {
    struct Calls<'n>(&'n HashSet<String>, bool);
    impl<'ast> Visit<'ast> for Calls<'_> {
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            self.1 |= !is_self_alone(&call.receiver) && self.0.contains(&call.method.to_string());
            crate::visit::visit_expr_method_call(self, call);
        }
    }
    let mut calls = Calls(names, false);
    calls.visit_block(block);
    calls.1
}

/// Whether a function calls itself by its name.
pub(super) fn calls_itself(name: &Ident, block: &syn::Block) -> bool {
    struct Own<'n>(&'n Ident, bool);
    impl<'ast> Visit<'ast> for Own<'_> {
        fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
            self.1 |= path.path.is_ident(self.0);
        }
    }
    let mut own = Own(name, false);
    own.visit_block(block);
    own.1
}

/// Whether calls that begin at `start` lead to a call of it.
fn is_in_circle(calls: &HashMap<String, Vec<String>>, start: &str) -> bool {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        for next in calls.get(name).into_iter().flatten() {
            if next == start {
                return true;
            }
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}

/// The methods of the same block that a body calls.
struct Calls(Vec<String>);

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self")) {
            self.0.push(call.method.to_string());
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func
            && path.path.segments.len() == 2
            && path.path.segments[0].ident == "Self"
        {
            self.0.push(path.path.segments[1].ident.to_string());
        }
        visit::visit_expr_call(self, call);
    }
}
