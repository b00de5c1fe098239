//! Parts of the module that a branch chooses, or that are put into a list. A parameter among them is a value, but the
//! gradient of a layer has no place to go to.

use syn::{Expr, ExprMethodCall};

use super::Lower;
use super::names::{is_of_tensors, is_operation};
use crate::differentiable::model::{Block, Target};

/// Methods of parameters alone.
const OF_PARAMETERS: [&str; 3] = ["clone", "t", "tensor"];

impl Lower<'_> {
    /// Whether a value may be a part of the module.
    pub(super) fn is_chosen(&self, value: &Target) -> bool {
        value.leads_to_parameter() || value.vars().iter().any(|var| self.chosen.contains(var))
    }

    /// Whether an arm of a branch ends in what may be a part of the module.
    pub(super) fn chooses_part(&self, arms: &[Block]) -> bool {
        arms.iter().any(|arm| self.is_chosen(&arm.tail.target))
    }

    /// Reports a call of a layer that was chosen; returns whether it did.
    pub(super) fn refuse_chosen(&mut self, call: &ExprMethodCall, receiver: &Target) -> bool {
        let name = call.method.to_string();
        if !self.is_chosen(receiver)
            || is_operation(&name)
            || OF_PARAMETERS.contains(&&*name)
            || is_of_tensors(&name)
        {
            return false;
        }
        self.errors.at(
            &*call.receiver,
            format_args!(
                "a part of the module that a branch chooses, or that is an element of a list, has no gradient here; call it \
                 where it is chosen, as in `if deep {{ self.a.{name}(..) }} else {{ self.b.{name}(..) }}`, or make the list a \
                 field of the module"
            ),
        );
        true
    }

    /// Reports a method of lists that takes a closure and has no companion: a stub of it would have arguments of unknown types.
    /// Returns whether it is one.
    pub(super) fn refuse_reordering(&mut self, method: &syn::Ident) -> bool {
        const METHODS: [&str; 5] =
            ["retain", "retain_mut", "select_nth_unstable_by", "sort_unstable_by", "sort_unstable_by_key"];
        let is_one = METHODS.contains(&&*method.to_string());
        if is_one {
            self.errors.at(
                method,
                format_args!(
                    "`{method}` has no companion, so the values in the list would lose their gradient; `sort_by` has \
                     one; for others, choose the places of the values, and collect the values at these places"
                ),
            );
        }
        is_one || self.refuse_unknown_of_lists(method)
    }

    /// As [`refuse_reordering`](Self::refuse_reordering), for methods that read a list.
    fn refuse_unknown_of_lists(&mut self, method: &syn::Ident) -> bool {
        const METHODS: [&str; 15] = [
            "binary_search_by",
            "binary_search_by_key",
            "chunk_by_mut",
            "extract_if",
            "is_sorted_by",
            "is_sorted_by_key",
            "pop_if",
            "rsplit_mut",
            "rsplitn",
            "rsplitn_mut",
            "select_nth_unstable_by_key",
            "split_inclusive_mut",
            "split_mut",
            "splitn",
            "splitn_mut",
        ];
        let is_one = METHODS.contains(&&*method.to_string());
        if is_one {
            self.errors.at(
                method,
                format_args!(
                    "`{method}` has no companion, so the values in the list would lose their gradient; write a loop over the \
                     elements, or call it on `stop_gradient(..)` of the list, if what it returns has no gradient"
                ),
            );
        }
        is_one
    }

    /// Reports a function that makes a number of its bits; returns whether it is one.
    pub(super) fn refuse_bits(&mut self, function: &syn::Path) -> bool {
        const OF_BITS: [&str; 4] = ["from_be_bytes", "from_bits", "from_le_bytes", "from_ne_bytes"];
        let names: Vec<_> = function.segments.iter().rev().map(|segment| &segment.ident).take(2).collect();
        let [name, owner] = names[..] else { return false };
        let is_one = (owner == "f32" || owner == "f64") && OF_BITS.iter().any(|of_bits| name == of_bits);
        if is_one {
            self.errors.at(
                name,
                format_args!("bits have no gradient: write `{owner}::{name}` of those of `stop_gradient(..)` of the value"),
            );
        }
        is_one
    }

    /// Reports a map that values are put into; returns whether it did.
    pub(super) fn refuse_map(&mut self, ty: Option<&syn::Type>, init: &Expr) -> bool {
        let map = match (ty.and_then(map_of_type), map_of_expr(init)) {
            (Some(name), _) | (None, Some(name)) => name,
            (None, None) => return false,
        };
        let message = format!(
            "a `{map}` is no container of values; put the values into a `Vec`, and their places in it into the `{map}`"
        );
        self.errors.at(map, message);
        true
    }
}

fn map_of_type(ty: &syn::Type) -> Option<&syn::Ident> {
    match ty {
        syn::Type::Path(path) => map_of_path(&path.path),
        _ => None,
    }
}

fn map_of_expr(expr: &Expr) -> Option<&syn::Ident> {
    match expr {
        Expr::Call(call) => map_of_expr(&call.func),
        Expr::Path(path) => map_of_path(&path.path),
        _ => None,
    }
}

/// The collection of the standard library that is named in a path.
pub(in crate::differentiable) fn map_of_path(path: &syn::Path) -> Option<&syn::Ident> {
    const MAPS: [&str; 7] =
        ["BTreeMap", "BTreeSet", "BinaryHeap", "HashMap", "HashSet", "LinkedList", "VecDeque"];
    path.segments.iter().map(|segment| &segment.ident).find(|name| MAPS.contains(&&*name.to_string()))
}
