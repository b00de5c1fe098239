//! Functions that take the companions of functions, as `apply` of `#[differentiable] fn apply(f: impl Fn(f32) -> f32, x: f32) -> f32`. A
//! closure has none: rustc would say that it should return a pair.

use proc_macro2::{Ident, Span};
use syn::{FnArg, ImplItem, Item, ItemFn, Signature, TraitItem};

use super::misused_parts::is_differentiable;
use super::passed::Passed;
use crate::file_facts;
use crate::known::Place;

/// The functions in a file: their names, and for each argument whether it is a function with a companion.
#[derive(Default)]
pub(crate) struct Takers(Vec<(String, Vec<bool>)>);

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

    /// Whether the functions of a name take a companion at this place; `None` if there are none.
    fn find(&self, name: &str, position: usize) -> Option<bool> {
        let mut all = self
            .0
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, takes)| takes.get(position) == Some(&true));
        let first = all.next()?;
        Some(first && all.all(|takes| takes))
    }
}

/// The name under which a method is kept.
fn of_method(name: &Ident) -> String {
    format!(".{name}")
}

/// Which arguments other than `self` are functions with companions.
fn with_companions(signature: &Signature, is_marked: bool) -> Vec<bool> {
    let inputs = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => {
            let is_constant = argument.attrs.iter().any(|attribute| attribute.path().is_ident("constant"));
            Some(is_marked && !is_constant && Passed::read(&argument.ty, &signature.generics).is_some())
        }
        FnArg::Receiver(_) => None,
    });
    inputs.collect()
}

/// Whether a method of this crate takes a companion at this place; `None` if the crate has none of this name.
pub(super) fn method_takes_companion(method: &Ident, position: usize) -> Option<bool> {
    find(&of_method(method), method.span(), position)
}

/// Whether a function of this crate takes a companion at this place; `None` if the crate has none of this name.
pub(super) fn takes_companion(function: &Ident, position: usize) -> Option<bool> {
    find(&function.to_string(), function.span(), position)
}

fn find(name: &str, at: Span, position: usize) -> Option<bool> {
    let place = Place::of(at)?;
    if let Some(found) = file_facts::takers(place.file()).find(name, position) {
        return Some(found);
    }
    let others = file_facts::of_crate(place.file());
    let mut found = others.iter().filter_map(|file| file_facts::takers(file).find(name, position));
    found.next().map(|first| first && found.all(|takes| takes))
}
