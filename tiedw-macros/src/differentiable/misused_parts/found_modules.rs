//! Modules that an iterator finds in a list, as `self.blocks.iter().rev().find(..)`. They are no values, so what is found is not known
//! to be part of the module, unless the list itself is searched.

use syn::{Expr, ExprClosure, ExprMethodCall, Pat};

use super::operands::written;
use super::{MisusedParts, behind_parens};
use crate::differentiable::lower::{Lower, SEARCHES};

/// The methods of iterators that yield items of the list, also with their numbers.
const STAGES: [&str; 10] =
    ["cycle", "enumerate", "filter", "inspect", "rev", "skip", "skip_while", "step_by", "take", "take_while"];

/// The methods of iterators that yield items of the list beside others.
const JOINING: [&str; 2] = ["chain", "zip"];

/// Whether this keeps the items of the list in tuples, as `map(|part| (part, part.score(x)))`.
fn keeps_items(call: &ExprMethodCall) -> bool {
    let Some(Expr::Closure(ExprClosure { inputs, body, .. })) = call.args.first() else { return false };
    let (Some(Pat::Ident(item)), Expr::Tuple(tuple)) = (inputs.first(), behind_parens(body)) else {
        return false;
    };
    let is_item =
        |part: &Expr| matches!(behind_parens(part), Expr::Path(path) if path.path.is_ident(&item.ident));
    call.method == "map" && inputs.len() == 1 && tuple.elems.iter().any(is_item)
}

impl MisusedParts<'_> {
    /// Reports `as_slice` of a list of modules, which the view of the module has as a slice.
    pub(super) fn sliced(&mut self, call: &ExprMethodCall) {
        let is_list = || self.types.of(&call.receiver).is_some_and(|ty| ty.starts_with('['));
        if call.method == "as_slice" && call.args.is_empty() && is_list() && self.is_of_layers(&call.receiver)
        {
            let list = written(&call.receiver);
            self.errors
                .at(&call.method, format_args!("a list of modules is a slice here: write `&{list}[..]`"));
        }
    }

    /// Reports a module that a chain finds.
    pub(super) fn found(&mut self, call: &ExprMethodCall) {
        let method = call.method.to_string();
        let instead: &dyn Fn(&str) -> String = match &*method {
            "find" => &|list| {
                format!("find its index, as in `let i = {list}.iter().position(..)`, and call `{list}[i]`")
            },
            "max_by" | "max_by_key" | "min_by" | "min_by_key" => &|list| {
                format!(
                    "find its index, as in `let i = (0..{list}.len()).{method}(..)`, and call `{list}[i]`"
                )
            },
            "last" => &|list| format!("call it on the list, as in `{list}.last()`"),
            "next" => &|list| format!("write `{list}.first()`"),
            "nth" => &|list| format!("write `{list}.get(..)`"),
            "collect" => &|list| format!("keep its index in place of it, and call `{list}[i]`"),
            "partition" | "reduce" => &|list| format!("write a loop, as in `for part in &{list}`"),
            _ => return,
        };
        let Expr::MethodCall(receiver) = behind_parens(&call.receiver) else { return };
        let (mut source, mut is_whole, mut is_joined, mut is_kept) = (receiver, true, false, false);
        loop {
            let is_joining = JOINING.iter().any(|stage| source.method == stage);
            let keeps = keeps_items(source);
            if !is_joining && !keeps && !STAGES.iter().any(|stage| source.method == stage) {
                break;
            }
            is_joined |= is_joining;
            is_kept |= keeps;
            is_whole = false;
            let Expr::MethodCall(before) = behind_parens(&source.receiver) else { return };
            source = before;
        }
        let is_iterator = source.method == "iter" || source.method == "into_iter";
        let ty = self.types.of(&source.receiver);
        let Some(item) = ty.as_deref().and_then(|ty| ty.strip_prefix('[')).filter(|_| is_iterator) else {
            return;
        };
        // What is collected as it is, is reported elsewhere.
        if method == "collect" && !is_kept {
            return;
        }
        let changes = call.args.first().is_some_and(Lower::has_own_effect);
        let is_searched = is_whole && !changes && SEARCHES.contains(&&*method) && self.types.is_module(item);
        if is_searched || !self.is_of_layers(&source.receiver) {
            return;
        }
        let list = written(&source.receiver);
        let instead = match is_whole || !matches!(&*method, "last" | "next" | "nth") {
            _ if is_joined => format!("write a loop, or call an index of the list, as in `{list}[i]`"),
            true => instead(&list),
            false => format!("call an index of the list, as in `{list}[i]`"),
        };
        self.errors
            .at(&call.method, format_args!("`{method}` returns a module, which is no value: {instead}"));
    }
}
