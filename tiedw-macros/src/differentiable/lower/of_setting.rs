//! Chains of methods that only settings have, such as `self.labels.values().sum()` or `self.limit.map_or(1, |n| n + 1)`.

use syn::{Expr, ExprMethodCall, Lit};

use super::Lower;
use super::iterate::{OTHERS, is_source};
use super::optional::METHODS;
use crate::differentiable::mentions;
use crate::differentiable::this::is_self_alone;

impl Lower<'_> {
    /// Whether a chain starts with such a method of a field of the module, and mentions no values. The field may still turn out
    /// to hold weights, which is asserted where the chain is used.
    pub(super) fn is_of_setting(&self, call: &ExprMethodCall) -> bool {
        let first = first(call);
        mentions::is_module(&self.scope, &first.receiver)
            && !is_self_alone(&first.receiver)
            && is_method_of_setting(first)
            && !self.flows_through_arguments(call)
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

/// The first call of a chain.
fn first(call: &ExprMethodCall) -> &ExprMethodCall {
    match &*call.receiver {
        Expr::MethodCall(before) => first(before),
        _ => call,
    }
}

/// Whether a method is one of text, a map, or an option, and no part of the module has it.
fn is_method_of_setting(call: &ExprMethodCall) -> bool {
    let (method, count) = (&*call.method.to_string(), call.args.len());
    match method {
        "get" => is_key(call),
        _ if count == 0 && OTHERS.contains(&method) => true,
        _ => {
            METHODS.contains(&(method, count))
                && call.args.iter().all(|argument| !matches!(argument, Expr::Path(_)))
        }
    }
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
