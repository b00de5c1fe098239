//! Functions that take the companions of functions, as `apply` of `#[differentiable] fn apply(f: impl Fn(f32) -> f32, x: f32) -> f32`. A
//! closure has none: rustc would say that it should return a pair.

use proc_macro2::{Ident, Span};
use syn::{FnArg, ImplItem, Item, ItemFn, Path, Signature, TraitItem};

use super::misused_parts::is_differentiable;
use super::passed::{Passed, companion};
use crate::known::Place;
use crate::{beside, crate_files, file_facts};

/// The functions in a file.
#[derive(Default)]
pub(crate) struct Takers(Vec<Taker>);

struct Taker {
    /// The module in the file that it is in; empty for the file itself, and of methods.
    module: String,
    name: String,
    /// For each argument, what is taken if it is a function with a companion.
    takes: Vec<Taken>,
}

impl Takers {
    pub(crate) fn among(items: &[Item]) -> Self {
        let mut takers = Takers::default();
        takers.add("", items);
        takers
    }

    fn add(&mut self, module: &str, items: &[Item]) {
        let is_there = |companion: &Ident| {
            items.iter().any(|item| matches!(item, Item::Fn(function) if function.sig.ident == *companion))
        };
        for item in items {
            match item {
                Item::Fn(ItemFn { attrs, sig, .. }) => {
                    let has_companion =
                        attrs.iter().any(is_differentiable) || is_there(&companion(&sig.ident));
                    let (module, name) = (module.to_owned(), sig.ident.to_string());
                    self.0.push(Taker { module, name, takes: with_companions(sig, has_companion) });
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
                        self.add(&module.ident.to_string(), items);
                    }
                }
                _ => {}
            }
        }
    }

    fn method(&mut self, signature: &Signature, is_marked: bool) {
        if signature.receiver().is_some() {
            let (module, name) = (String::new(), of_method(&signature.ident));
            self.0.push(Taker { module, name, takes: with_companions(signature, is_marked) });
        }
    }

    /// What the functions of a name, of a module if one is given, take at this place; `None` if there are no such functions.
    fn find(&self, name: &str, module: Option<&str>, position: usize) -> Option<Taken> {
        let is_it = |taker: &&Taker| taker.name == name && module.is_none_or(|module| taker.module == module);
        together(self.0.iter().filter(is_it).map(|taker| taker.takes.get(position).copied().flatten()))
    }
}

/// The name under which a method is kept.
fn of_method(name: &Ident) -> String {
    format!(".{name}")
}

/// Which arguments other than `self` are functions with companions.
fn with_companions(signature: &Signature, is_marked: bool) -> Vec<Taken> {
    let inputs = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => {
            let is_constant = argument.attrs.iter().any(|attribute| attribute.path().is_ident("constant"));
            let is_marked = is_marked && !is_constant;
            let passed = is_marked.then(|| Passed::read(&argument.ty, &signature.generics)).flatten();
            Some(
                passed
                    .map(|passed| Companion { count: passed.inputs().len(), is_shared: passed.is_shared() }),
            )
        }
        FnArg::Receiver(_) => None,
    });
    inputs.collect()
}

/// A function with a companion that another one takes.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Companion {
    /// The number of its arguments.
    pub(super) count: usize,
    /// Whether it is called by shared reference, so that it changes nothing that it captures.
    pub(super) is_shared: bool,
}

/// The companion that is taken at a place, if one is.
type Taken = Option<Companion>;

/// What a method of this crate takes at this place; `None` if the crate has none of this name.
pub(super) fn taken_by_method(method: &Ident, position: usize) -> Option<Taken> {
    find(&of_method(method), None, method.span(), position)
}

/// What a function of this crate takes at this place; `None` if the crate has none of this name.
pub(super) fn taken_by_function(function: &Path, position: usize) -> Option<Taken> {
    let last = &function.segments.last()?.ident;
    let (name, at) = (last.to_string(), last.span());
    let place = Place::of(at)?;
    let own = file_facts::takers(place.file());
    let written = function.segments.iter().rev().nth(1).map(|module| module.ident.to_string());
    let beside = || {
        let around = beside::module_names(&place, &place.source()?)?.pop().unwrap_or_default();
        own.find(&name, Some(&around), position)
    };
    if let Some(found) = written.is_none().then(beside).flatten() {
        return Some(found);
    }
    let types = file_facts::types(place.file());
    let imported =
        types.imports_of(&name).into_iter().flatten().filter_map(|modules| modules.last().cloned());
    let is_by_path = written.is_some();
    let modules: Vec<String> = written.map_or_else(|| imported.collect(), |module| vec![module]);
    let mut modules = modules.iter().filter(|module| !["crate", "self", "super"].contains(&module.as_str()));
    let in_module = modules.clone().find_map(|module| find(&name, Some(module), at, position));
    // A function of another crate may have the name of one of this crate.
    let mut may_be_here =
        || !is_by_path || modules.next().is_none_or(|module| is_module_of_crate(module, place.file()));
    in_module.or_else(|| may_be_here().then(|| find(&name, None, at, position))?)
}

/// Whether this crate has a module of this name, in a file of its own or with functions.
fn is_module_of_crate(module: &str, file: &std::path::Path) -> bool {
    let has = |file: &std::path::Path| file_facts::takers(file).0.iter().any(|taker| taker.module == module);
    let is_it = |file: &std::path::Path| {
        let folder = file.parent().and_then(|folder| folder.file_stem());
        [file.file_stem(), folder].into_iter().flatten().any(|name| name == module)
    };
    has(file) || crate_files::of_crate(file).iter().any(|file| is_it(file) || has(file))
}

/// Whether a function may take a companion at this place: one of this crate does, or it is of another one.
pub(super) fn may_take_companion(function: &Path, position: usize) -> bool {
    taken_by_function(function, position)
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

fn find(name: &str, module: Option<&str>, at: Span, position: usize) -> Option<Taken> {
    let place = Place::of(at)?;
    if let Some(found) = file_facts::takers(place.file()).find(name, module, position) {
        return Some(found);
    }
    let others = crate_files::of_crate(place.file());
    together(others.iter().filter_map(|file| {
        let is_module = file.file_stem().is_some_and(|stem| module.is_some_and(|module| stem == module));
        let module = if is_module { Some("") } else { module };
        file_facts::takers(file).find(name, module, position)
    }))
}

/// What all functions of a name take; none, if they differ.
fn together(mut all: impl Iterator<Item = Taken>) -> Option<Taken> {
    let first = all.next()?;
    Some(first.filter(|_| all.all(|other| other == first)))
}
