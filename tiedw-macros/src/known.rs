//! What the macros have seen in the same module of the user's crate.
//!
//! rustc runs them in one process. It makes for better errors about code that rustc would refuse in any case. Where generated
//! code depends on it, types check it. Names mean the same only within one module, so what stands elsewhere is unknown.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use proc_macro2::{Ident, Span};
use syn::{Attribute, DeriveInput};

use crate::enclosing::{enclosing_modules, outer_modules};

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
pub(crate) struct Place {
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

/// Notes a type that derives `what`, and returns whether there is an earlier one of its name.
pub(crate) fn is_second_type(input: &DeriveInput, what: &str) -> bool {
    let (key, span) = (type_key(&input.ident), input.ident.span());
    let earlier = find(&key, span).filter(|_| !has_cfg(&input.attrs));
    note(&key, what.to_owned(), span, &input.attrs);
    earlier.is_some()
}

/// Whether a type derives `what`, as far as the file was expanded.
pub(crate) fn derives(name: &Ident, what: &str) -> bool {
    let Some(place) = Place::of(name.span()) else { return false };
    of_key(&type_key(name), &place).iter().any(|known| known.text == what)
}

/// Whether a type of this name derives `what` in any file, as far as the crate was expanded.
pub(crate) fn is_derived(name: &str, what: &str) -> bool {
    texts(&type_key(name)).iter().any(|text| text == what)
}

/// What is known of the items of this key in all files.
pub(crate) fn texts(key: &str) -> Vec<String> {
    in_crate(key).into_iter().map(|known| known.text).collect()
}

pub(crate) fn type_key(name: impl Display) -> String {
    format!("type {name}")
}

/// Notes a derive of this name, and returns whether the item has an earlier one.
pub(crate) fn is_derived_twice(input: &DeriveInput, what: &str) -> bool {
    let span = Span::call_site();
    let (Some(of), Some(place)) = (Place::of(input.ident.span()), Place::of(span)) else { return false };
    let key = format!("{what} of {} in {}:{}", input.ident, of.line, of.column);
    let others = of_key(&key, &place);
    note(&key, String::new(), span, &input.attrs);
    if others.is_empty() {
        return false;
    }
    let Some(source) = place.source() else { return false };
    let end = of.offset(&source).unwrap_or_default();
    // Only one item starts between: the derives are not those of macros that were given the same name.
    let is_above = |place: &Place| {
        let between = place.offset(&source).and_then(|start| source.get(start..end));
        between
            .is_some_and(|between| between.matches("struct").count() + between.matches("enum").count() == 1)
    };
    is_above(&place) && others.iter().any(|other| other.is_in(&source) && is_above(&other.place))
}

/// Returns the item of this key in the same module, other than the one at this place.
pub(crate) fn find(key: &str, span: Span) -> Option<Known> {
    let place = Place::of(span)?;
    let others = of_key(key, &place);
    if others.is_empty() {
        return None;
    }
    let source = place.source()?;
    let module = place.module(&source)?;
    let is_beside =
        |other: &Known| other.is_in(&source) && other.place.module(&source).as_ref() == Some(&module);
    others.into_iter().rev().find(is_beside)
}

/// Whether an item of this key stands in the module around a token of a signature.
pub(crate) fn is_around(key: &str, span: Span) -> bool {
    let Some(place) = Place::of(span) else { return false };
    let others = of_key(key, &place);
    let Some(source) = place.source().filter(|_| !others.is_empty()) else { return false };
    let module = place.offset(&source).map(|offset| outer_modules(&source[..offset]));
    let is_beside = |other: &Known| other.is_in(&source) && other.place.module(&source) == module;
    module.is_some() && others.iter().any(is_beside)
}

/// What is known of the item of this key in the same module. If the file has one such item alone, its place is not looked at,
/// which takes long.
pub(crate) fn text_in_module(key: &str, span: Span) -> Option<String> {
    match &of_key(key, &Place::of(span)?)[..] {
        [known] => Some(known.text.clone()),
        _ => Some(find(key, span)?.text),
    }
}

/// Whether the file has one item of this key alone, which stands in the same module, and no other struct of the name.
pub(crate) fn is_only_struct(key: &str, name: &Ident, span: Span) -> bool {
    let Some(place) = Place::of(span) else { return false };
    let is_only = matches!(&of_key(key, &place)[..], [_]) && find(key, span).is_some();
    let Some(source) = place.source().filter(|_| is_only) else { return false };
    let words: Vec<&str> = source.split(|other: char| !(other.is_alphanumeric() || other == '_')).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.windows(2).filter(|pair| pair[0] == "struct" && *name == pair[1]).count() == 1
}

/// What is known of the last item of this key in the same file.
pub(crate) fn text_in_file(key: &str, span: Span) -> Option<String> {
    Some(of_key(key, &Place::of(span)?).pop()?.text)
}

/// What is known of the item of this key in a file, if there is one alone.
pub(crate) fn text_in(key: &str, file: &Path) -> Option<String> {
    let mut known = in_crate(key).into_iter().filter(|known| known.place.file == file);
    let text = known.next()?.text;
    known.next().is_none().then_some(text)
}

/// Whether the file of a token has this name.
pub(crate) fn is_named_in_file(span: Span, name: &str) -> bool {
    let source = Place::of(span).and_then(|place| place.source());
    let is_part = |other: char| !(other.is_alphanumeric() || other == '_');
    source.is_some_and(|source| source.split(is_part).any(|word| word == name))
}

/// All items of this key, wherever they are.
pub(crate) fn in_crate(key: &str) -> Vec<Known> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.iter().filter(|known| known.key == key).cloned().collect()
}

/// The items of this key in the same file, other than the one at this place.
fn of_key(key: &str, place: &Place) -> Vec<Known> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let is_other =
        |other: &&Known| other.key == key && other.place.file == place.file && other.place != *place;
    known.iter().filter(is_other).cloned().collect()
}

impl Known {
    /// Whether it is there. A process that outlives a change of the file, as that of an editor, knows what is not.
    fn is_in(&self, source: &str) -> bool {
        self.place.offset(source).is_some_and(|start| source[start..].starts_with(&self.token))
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// The line that it starts in.
    pub(crate) fn line(&self) -> usize {
        self.place.line
    }
}

impl Place {
    /// The place of a span, if its file is known.
    pub(crate) fn of(span: Span) -> Option<Self> {
        if !proc_macro::is_available() {
            return None;
        }
        let start = span.unwrap().start();
        Some(Place { file: start.local_file()?, line: start.line(), column: start.column() })
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// The text of its file.
    pub(crate) fn source(&self) -> Option<String> {
        std::fs::read_to_string(&self.file).ok()
    }

    /// The bytes before it in the file.
    fn offset(&self, source: &str) -> Option<usize> {
        let mut lines = source.split_inclusive('\n');
        let before: usize = lines.by_ref().take(self.line - 1).map(str::len).sum();
        Some(before + lines.next()?.char_indices().nth(self.column - 1)?.0)
    }

    /// The modules that it is in, whatever it is in within the last one.
    pub(crate) fn outer_modules(&self, source: &str) -> Option<Vec<usize>> {
        Some(outer_modules(&source[..self.offset(source)?]))
    }

    /// The modules that it is in.
    pub(crate) fn module(&self, source: &str) -> Option<Vec<usize>> {
        enclosing_modules(&source[..self.offset(source)?])
    }
}
