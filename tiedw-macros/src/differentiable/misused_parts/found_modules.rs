//! Modules that an iterator finds in a list, as `self.blocks.iter().rev().find(..)`. They are no values, so what is found is not known
//! to be part of the module, unless the list itself is searched.

use syn::{Expr, ExprMethodCall};

use super::operands::written;
use super::{MisusedParts, behind_parens};
use crate::differentiable::lower::SEARCHES;

/// The methods of iterators that yield items of the list, also with their numbers.
const STAGES: [&str; 10] =
    ["cycle", "enumerate", "filter", "inspect", "rev", "skip", "skip_while", "step_by", "take", "take_while"];

impl MisusedParts<'_> {
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
            "partition" | "reduce" => &|list| format!("write a loop, as in `for part in &{list}`"),
            _ => return,
        };
        let Expr::MethodCall(receiver) = behind_parens(&call.receiver) else { return };
        let (mut source, mut is_whole) = (receiver, true);
        while STAGES.iter().any(|stage| source.method == stage) {
            is_whole = false;
            let Expr::MethodCall(before) = behind_parens(&source.receiver) else { return };
            source = before;
        }
        let is_iterator = source.method == "iter" || source.method == "into_iter";
        let ty = self.types.of(&source.receiver);
        let Some(item) = ty.as_deref().and_then(|ty| ty.strip_prefix('[')).filter(|_| is_iterator) else {
            return;
        };
        let is_searched = is_whole && SEARCHES.contains(&&*method) && self.types.is_module(item);
        if is_searched || !self.is_of_layers(&source.receiver) {
            return;
        }
        let list = written(&source.receiver);
        let instead = match is_whole || !matches!(&*method, "last" | "next" | "nth") {
            true => instead(&list),
            false => format!("call an index of the list, as in `{list}[i]`"),
        };
        self.errors
            .at(&call.method, format_args!("`{method}` returns a module, which is no value: {instead}"));
    }
}
