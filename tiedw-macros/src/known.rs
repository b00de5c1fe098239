//! What the macros have seen in the same module of the user's crate.
//!
//! rustc runs them in one process. It makes for better errors about code that rustc would refuse in any case, and for nothing
//! else: generated code never depends on it. Names mean the same only within one module, so what stands elsewhere is unknown.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use proc_macro2::Span;
use syn::{Attribute, DeriveInput};

use crate::enclosing::enclosing_modules;

/// An item that was expanded.
#[derive(Clone)]
pub(crate) struct Known {
    key: String,
    /// What is known of it, as source.
    pub(crate) text: String,
    place: Place,
    /// The token there.
    token: String,
}

#[derive(Clone, PartialEq)]
struct Place {
    file: PathBuf,
    line: usize,
    column: usize,
}

static KNOWN: Mutex<Vec<Known>> = Mutex::new(Vec::new());

/// Notes an item, of which `text` is known, unless it may be configured out.
pub(crate) fn note(key: &str, text: String, span: Span, attributes: &[Attribute]) {
    let Some(place) = Place::of(span).filter(|_| !has_cfg(attributes)) else { return };
    let token = if proc_macro::is_available() { span.source_text() } else { None };
    let Some(token) = token else { return };
    let known = Known { key: key.to_owned(), text, place, token };
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).push(known);
}

/// Notes an item, and returns an earlier one of the same key in the same module.
pub(crate) fn earlier(key: &str, span: Span, attributes: &[Attribute]) -> Option<Known> {
    let earlier = find(key, span).filter(|_| !has_cfg(attributes));
    note(key, String::new(), span, attributes);
    earlier
}

/// Whether an item may be configured out.
pub(crate) fn has_cfg(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg"))
}

/// Notes a type, and returns whether there is an earlier one of its name.
pub(crate) fn is_second_type(input: &DeriveInput) -> bool {
    earlier(&format!("type {}", input.ident), input.ident.span(), &input.attrs).is_some()
}

/// Returns the item of this key in the same module, other than the one at this place.
pub(crate) fn find(key: &str, span: Span) -> Option<Known> {
    let place = Place::of(span)?;
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let others = known
        .iter()
        .filter(|other| other.key == key && other.place.file == place.file && other.place != place);
    let others: Vec<_> = others.collect();
    if others.is_empty() {
        return None;
    }
    let source = std::fs::read_to_string(&place.file).ok()?;
    let module = place.module(&source)?;
    // A process that outlives a change of the file, as that of an editor, knows what is no longer there.
    let is_there = |other: &Known| {
        other.place.offset(&source).is_some_and(|start| source[start..].starts_with(&other.token))
    };
    let is_beside = |other: &Known| is_there(other) && other.place.module(&source).as_ref() == Some(&module);
    others.into_iter().rev().find(|other| is_beside(other)).cloned()
}

impl Known {
    /// The line that it starts in.
    pub(crate) fn line(&self) -> usize {
        self.place.line
    }
}

impl Place {
    /// The place of a span, if its file is known.
    fn of(span: Span) -> Option<Self> {
        if !proc_macro::is_available() {
            return None;
        }
        let start = span.unwrap().start();
        Some(Place { file: start.local_file()?, line: start.line(), column: start.column() })
    }

    /// The bytes before it in the file.
    fn offset(&self, source: &str) -> Option<usize> {
        let mut lines = source.split_inclusive('\n');
        let before: usize = lines.by_ref().take(self.line - 1).map(str::len).sum();
        Some(before + lines.next()?.char_indices().nth(self.column - 1)?.0)
    }

    /// The modules that it is in.
    fn module(&self, source: &str) -> Option<Vec<usize>> {
        enclosing_modules(&source[..self.offset(source)?])
    }
}
