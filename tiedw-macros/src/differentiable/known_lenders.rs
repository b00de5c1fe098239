//! Which functions of other blocks change values in place, as far as it was noted or stands in the file.
//!
//! A body may pass on `state`, which is a `&mut State`, to a function that takes `&State` or `&mut State`.

use proc_macro2::{Ident, Span};
use syn::{Generics, ImplItemFn, Item, TraitItem, parse_quote};

use super::lenders::{Lenders, Lending, by_type, by_use};
use super::recursion;
use crate::file_facts;
use crate::known::{self, Place};

/// What a function in a file changes.
pub(crate) struct Found {
    name: String,
    lending: Lending,
    /// Whether it is no method.
    is_free: bool,
}

/// Notes what functions change.
pub(super) fn note(lenders: &Lenders, at: Span) {
    for (name, lending) in lenders.iter().filter(|(_, lending)| !lending.positions.is_empty()) {
        known::note(&key(name), lending.to_text(), at, &[]);
    }
}

/// What a function of this name and number of arguments changes.
pub(super) fn of(name: &Ident, count: usize) -> Option<Lending> {
    let text = name.to_string();
    let noted = known::texts(&key(&text)).into_iter().rev().map(|text| Lending::from_text(&text));
    let mut noted = noted.filter(|lending| lending.count == count);
    noted.next().or_else(|| {
        let found = file_facts::lenders(Place::of(name.span())?.file());
        let mut found =
            found.iter().filter(|found| found.is(&text, count) && !found.lending.positions.is_empty());
        Some(found.next()?.lending.clone())
    })
}

/// Whether functions of the file, which are methods or not, have this name and number of arguments, and change none of them.
pub(super) fn is_read_only(name: &Ident, count: usize, is_free: bool) -> bool {
    let Some(place) = Place::of(name.span()) else { return false };
    let text = name.to_string();
    let found = file_facts::lenders(place.file());
    let mut found =
        found.iter().filter(|found| found.is_free == is_free && found.is(&text, count)).peekable();
    found.peek().is_some()
        && found.all(|found| found.lending.positions.is_empty() && found.lending.others.is_empty())
}

fn key(name: &str) -> String {
    format!("lent to {name}")
}

impl Lending {
    fn to_text(&self) -> String {
        let numbers = |numbers: &[usize]| numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
        format!(
            "{};{};{};{}",
            self.count,
            numbers(&self.positions),
            numbers(&self.slices),
            numbers(&self.others)
        )
    }

    fn from_text(text: &str) -> Self {
        let mut parts =
            text.split(';').map(|part| part.split(' ').filter_map(|number| number.parse().ok()).collect());
        let mut next = || parts.next().unwrap_or_else(Vec::new);
        let count = next().first().copied().unwrap_or_default();
        Lending { count, positions: next(), slices: next(), others: next() }
    }
}

impl Found {
    fn is(&self, name: &str, count: usize) -> bool {
        self.name == name && self.lending.count == count
    }

    /// The functions among items, and in the modules among them.
    pub(crate) fn all(items: &[Item]) -> Vec<Found> {
        let mut all = Vec::new();
        for item in items {
            match item {
                Item::Fn(function) => {
                    let (signature, block) = (&function.sig, &function.block);
                    let function: ImplItemFn = parse_quote!(#signature #block);
                    all.extend(Found::of(by_use(std::iter::once(&function), &Generics::default()), true));
                }
                Item::Impl(block) => {
                    let functions = recursion::functions(block);
                    let lenders = match block.trait_ {
                        Some(_) => by_type(functions.map(|function| &function.sig), &block.generics),
                        None => by_use(functions, &block.generics),
                    };
                    all.extend(Found::of(lenders, false));
                }
                Item::Trait(definition) => {
                    let signatures = definition.items.iter().filter_map(|member| match member {
                        TraitItem::Fn(function) => Some(&function.sig),
                        _ => None,
                    });
                    all.extend(Found::of(by_type(signatures, &definition.generics), false));
                }
                Item::Mod(module) => {
                    all.extend(module.content.iter().flat_map(|(_, items)| Found::all(items)));
                }
                _ => {}
            }
        }
        all
    }

    fn of(lenders: Lenders, is_free: bool) -> impl Iterator<Item = Found> {
        lenders.into_iter().map(move |(name, lending)| Found { name, lending, is_free })
    }
}
