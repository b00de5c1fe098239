//! Modules without generated code, since a field has no type: rustc reports it wherever the struct is named. Blocks of methods of
//! such a module are left out.

use proc_macro2::{Ident, Span};

use crate::known;

/// Notes whether a module is one of these.
pub(super) fn note(module: &Ident, is_unknown: bool) {
    let key = key(module);
    // An editor expands it again after it was mended.
    if is_unknown || !known::texts(&key).is_empty() {
        known::note(&key, is_unknown.to_string(), module.span(), &[]);
    }
}

/// Whether a module of the same file was the last time one of these.
pub(crate) fn is_it(module: &Ident, at: Span) -> bool {
    known::find(&key(module), at).is_some_and(|known| known.text == "true")
}

/// Notes whether the view of a module is a stub whose fields may have no types of their own, so that bodies with them are not looked at.
pub(super) fn note_fields(module: &Ident, are_unknown: bool) {
    let key = key_of_fields(module);
    if are_unknown || !known::texts(&key).is_empty() {
        known::note(&key, are_unknown.to_string(), module.span(), &[]);
    }
}

/// Whether a module of the same file has such a view.
pub(crate) fn has_unknown_fields(module: &Ident, at: Span) -> bool {
    known::find(&key_of_fields(module), at).is_some_and(|known| known.text == "true")
}

fn key_of_fields(module: &Ident) -> String {
    format!("types of the view of {module}")
}

fn key(module: &Ident) -> String {
    format!("type of {module}")
}
