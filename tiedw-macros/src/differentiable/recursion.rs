//! Detection of recursive methods, whose pullback is boxed: its type would contain itself.

use std::collections::HashMap;

use crate::visit::{self, Visit};
use proc_macro2::Ident;
use syn::{Expr, ImplItem, ImplItemFn, ItemImpl};

/// The functions of an impl block.
pub(super) fn functions(item: &ItemImpl) -> impl Iterator<Item = &ImplItemFn> + Clone {
    item.items.iter().filter_map(|member| match member {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}

/// Returns the names of the methods that call themselves, directly or through others.
pub(super) fn recursive<'f>(functions: impl Iterator<Item = &'f ImplItemFn>) -> Vec<String> {
    let calls: HashMap<String, Vec<Ident>> = functions
        .map(|function| {
            let mut calls = Calls(Vec::new());
            calls.visit_block(&function.block);
            (function.sig.ident.to_string(), calls.0)
        })
        .collect();
    calls.keys().filter(|name| circle(&calls, name).is_some()).cloned().collect()
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

/// Returns a cycle of calls that starts at `start` and ends with a call of it.
fn circle(calls: &HashMap<String, Vec<Ident>>, start: &str) -> Option<Vec<Ident>> {
    let mut seen = Vec::new();
    let mut paths: Vec<Vec<Ident>> = calls.get(start)?.iter().map(|call| vec![call.clone()]).collect();
    while let Some(path) = paths.pop() {
        let last = path.last()?;
        if last == start {
            return Some(path);
        }
        if seen.contains(last) {
            continue;
        }
        seen.push(last.clone());
        for next in calls.get(&last.to_string()).into_iter().flatten() {
            paths.push([path.as_slice(), std::slice::from_ref(next)].concat());
        }
    }
    None
}

/// The methods of the same block that a body calls.
struct Calls(Vec<Ident>);

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self")) {
            self.0.push(call.method.clone());
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func
            && path.path.segments.len() == 2
            && path.path.segments[0].ident == "Self"
        {
            self.0.push(path.path.segments[1].ident.clone());
        }
        visit::visit_expr_call(self, call);
    }
}
