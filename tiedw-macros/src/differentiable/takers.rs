//! Functions that take the companions of functions, as `apply` of `#[differentiable] fn apply(f: impl Fn(f32) -> f32, x: f32) -> f32`. A
//! closure has none: rustc would say that it should return a pair.

use proc_macro2::{Ident, Span};
use syn::{FnArg, ImplItem, Item, ItemFn, Path, Signature, TraitItem};

use super::misused_parts::is_differentiable;
use super::passed::Passed;
use crate::file_facts;
use crate::known::Place;

/// The functions in a file: their names, and for each argument how many arguments it has if it is a function with a companion.
#[derive(Default)]
pub(crate) struct Takers(Vec<(String, Vec<Option<usize>>)>);

impl Takers {
    pub(crate) fn among(items: &[Item]) -> Self {
        let mut takers = Takers::default();
        takers.add(items);
        takers
    }

    fn add(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Fn(ItemFn { attrs, sig, .. }) => {
                    let is_marked = attrs.iter().any(is_differentiable);
                    self.0.push((sig.ident.to_string(), with_companions(sig, is_marked)));
                }
                Item::Impl(block) => {
                    let is_marked = block.attrs.iter().any(is_differentiable);
                    for member in &block.items {
                        if let ImplItem::Fn(function) = member {
                            self.method(&function.sig, is_marked);
                        }
                    }
                }
                Item::Trait(definition) => {
                    let is_marked = definition.attrs.iter().any(is_differentiable);
                    for member in &definition.items {
                        if let TraitItem::Fn(function) = member {
                            self.method(&function.sig, is_marked);
                        }
                    }
                }
                Item::Mod(module) => {
                    if let Some((_, items)) = &module.content {
                        self.add(items);
                    }
                }
                _ => {}
            }
        }
    }

    fn method(&mut self, signature: &Signature, is_marked: bool) {
        if signature.receiver().is_some() {
            self.0.push((of_method(&signature.ident), with_companions(signature, is_marked)));
        }
    }

    /// How many arguments the companion has that the functions of a name take at this place; `None` if there are no such functions.
    fn find(&self, name: &str, position: usize) -> Option<Taken> {
        let known = self.0.iter().filter(|(known, _)| known == name);
        together(known.map(|(_, takes)| takes.get(position).copied().flatten()))
    }
}

/// The name under which a method is kept.
fn of_method(name: &Ident) -> String {
    format!(".{name}")
}

/// Which arguments other than `self` are functions with companions, and how many arguments these have.
fn with_companions(signature: &Signature, is_marked: bool) -> Vec<Option<usize>> {
    let inputs = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => {
            let is_constant = argument.attrs.iter().any(|attribute| attribute.path().is_ident("constant"));
            let is_marked = is_marked && !is_constant;
            let passed = is_marked.then(|| Passed::read(&argument.ty, &signature.generics)).flatten();
            Some(passed.map(|passed| passed.inputs().len()))
        }
        FnArg::Receiver(_) => None,
    });
    inputs.collect()
}

/// The companion that is taken at a place, by the number of its arguments, if one is.
type Taken = Option<usize>;

/// What a method of this crate takes at this place; `None` if the crate has none of this name.
pub(super) fn taken_by_method(method: &Ident, position: usize) -> Option<Taken> {
    find(&of_method(method), method.span(), position)
}

/// What a function of this crate takes at this place; `None` if the crate has none of this name.
pub(super) fn taken_by_function(function: &Ident, position: usize) -> Option<Taken> {
    find(&function.to_string(), function.span(), position)
}

/// Whether a function may take a companion at this place: one of this crate does, or it is of another one.
pub(super) fn may_take_companion(function: &Path, position: usize) -> bool {
    let Some(last) = function.segments.last() else { return false };
    taken_by_function(&last.ident, position)
        .map_or_else(|| is_of_another_crate(function), |taken| taken.is_some())
}

/// Whether a function may be one of another crate that has a companion: it is none of Rust's own, and none of a type.
pub(super) fn is_of_another_crate(function: &Path) -> bool {
    let Some(first) = function.segments.first().map(|first| &first.ident) else { return false };
    let of_type = |name: &Ident| name.to_string().starts_with(char::is_uppercase);
    let Some(place) = Place::of(first.span()) else { return false };
    let types = file_facts::types(place.file());
    let imported = types.imports_by_name(&first.to_string());
    let module = imported.and_then(|modules| modules.first()).map_or_else(|| first.to_string(), Clone::clone);
    !["std", "core", "alloc", "tiedw", "__tiedw"].contains(&&*module)
        && !function.segments.iter().rev().skip(1).any(|segment| of_type(&segment.ident))
}

fn find(name: &str, at: Span, position: usize) -> Option<Taken> {
    let place = Place::of(at)?;
    if let Some(found) = file_facts::takers(place.file()).find(name, position) {
        return Some(found);
    }
    let others = file_facts::of_crate(place.file());
    together(others.iter().filter_map(|file| file_facts::takers(file).find(name, position)))
}

/// What all functions of a name take; none, if they differ.
fn together(mut all: impl Iterator<Item = Taken>) -> Option<Taken> {
    let first = all.next()?;
    Some(first.filter(|_| all.all(|other| other == first)))
}
