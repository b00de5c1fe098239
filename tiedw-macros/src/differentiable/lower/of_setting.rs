//! Chains of methods that only settings have, such as `self.labels.values().sum()` or `self.limit.map_or(1, |n| n + 1)`.

use syn::{Expr, ExprMethodCall, Ident, Lit};

use super::Lower;
use super::borrowed::root;
use super::expression::itself;
use super::free;
use super::iterate::{ADAPTERS, OTHERS, is_source};
use super::optional::is_method_of_option;
use crate::differentiable::mentions::{self, is_query};
use crate::differentiable::scope::Binding;
use crate::differentiable::this::is_self_alone;
use crate::visit::{self, Visit};

impl Lower<'_> {
    /// Whether a chain starts with such a method of a field of the module, and mentions no values. The field may still turn out
    /// to hold weights, which is asserted where the chain is used.
    pub(super) fn is_of_setting(&self, call: &ExprMethodCall) -> bool {
        let first = first(call);
        mentions::is_module(&self.scope, &first.receiver)
            && !is_self_alone(&first.receiver)
            && is_method_of_setting(first, call)
            && !self.flows_through_arguments(call)
            && !(self.is_found(&first.receiver) && calls_items(call))
    }

    /// Whether an expression is the name of what a method, an index or a branch found, as in `let found = self.blocks.get(i);`.
    fn is_found(&self, expr: &Expr) -> bool {
        let Expr::Path(path) = itself(expr) else { return false };
        let named = path.path.get_ident().and_then(|name| self.scope.get(&name.to_string()));
        matches!(named, Some(Binding::Module(module)) if module.field.is_none() && module.element_of.is_none())
    }

    /// Whether a chain starts with an iterator over a field of the module, and mentions no values, as in
    /// `self.sizes.iter().max()`. The field may still turn out to hold weights, which is asserted where the chain is used.
    pub(super) fn is_of_items(&self, call: &ExprMethodCall) -> bool {
        let first = first(call);
        matches!(&*call.receiver, Expr::MethodCall(_))
            && is_source(first)
            && mentions::is_module(&self.scope, &first.receiver)
            && !self.flows_through_arguments(call)
    }

    /// Whether the arguments of a chain of calls mention values, or call parts of the module.
    fn flows_through_arguments(&self, call: &ExprMethodCall) -> bool {
        call.args.iter().any(|argument| self.flows_through(argument))
            || matches!(&*call.receiver, Expr::MethodCall(before) if self.flows_through_arguments(before))
    }
}

/// Whether a closure that a chain of calls is given calls a method of its arguments or takes an element of them.
fn calls_items(call: &ExprMethodCall) -> bool {
    struct Uses {
        names: Vec<Ident>,
        found: bool,
    }
    impl<'ast> Visit<'ast> for Uses {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            let receiver = match expr {
                Expr::MethodCall(call) if !is_query(call) => Some(&call.receiver),
                Expr::Index(access) => Some(&access.expr),
                _ => None,
            };
            self.found |= receiver.is_some_and(|receiver| {
                matches!(root(receiver), Expr::Path(path) if self.names.iter().any(|name| path.path.is_ident(name)))
            });
            visit::visit_expr(self, expr);
        }
    }
    let is_called = |argument: &Expr| {
        let Expr::Closure(closure) = argument else { return false };
        let mut uses = Uses { names: closure.inputs.iter().flat_map(free::bound).collect(), found: false };
        uses.visit_expr(&closure.body);
        uses.found
    };
    call.args.iter().any(is_called)
        || matches!(&*call.receiver, Expr::MethodCall(before) if calls_items(before))
}

/// The first call of a chain.
fn first(call: &ExprMethodCall) -> &ExprMethodCall {
    match &*call.receiver {
        Expr::MethodCall(before) => first(before),
        _ => call,
    }
}

/// Whether a method is one of text, a map, or an option, judged by its name and what is called on its result. A part of the
/// module may have one of the others.
fn is_method_of_setting(first: &ExprMethodCall, whole: &ExprMethodCall) -> bool {
    match &*first.method.to_string() {
        "get" => is_key(first),
        "keys" | "values" => first.args.is_empty() && calls_iterator(whole),
        method if first.args.is_empty() => OTHERS.contains(&method),
        _ => is_method_of_option(first),
    }
}

/// Whether a chain calls a method that an iterator has, and no tensor.
fn calls_iterator(call: &ExprMethodCall) -> bool {
    let is_of_iterator = match &*call.method.to_string() {
        "sum" | "product" => call.turbofish.is_some(),
        method => {
            ADAPTERS.contains(&method)
                || ["any", "all", "collect", "count", "filter", "fold", "map"].contains(&method)
        }
    };
    is_of_iterator || matches!(&*call.receiver, Expr::MethodCall(before) if calls_iterator(before))
}

/// Whether what a list or a map is asked for is a key of a map: a reference, or text.
pub(super) fn is_key(call: &ExprMethodCall) -> bool {
    let is_text = |literal: &Lit| matches!(literal, Lit::Str(_) | Lit::Char(_));
    call.method == "get"
        && match call.args.first() {
            Some(Expr::Reference(_)) => true,
            Some(Expr::Lit(literal)) => is_text(&literal.lit),
            _ => false,
        }
}
