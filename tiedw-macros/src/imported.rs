//! What is known of a module that a file imports from another one of the crate: what the macros have seen, or what stands there.

use std::path::Path;

use proc_macro2::{Ident, Span};

use crate::file_facts;
use crate::known::{self, Place};

/// How many files may pass a name on, as by `pub use net::Net;`.
const DEPTH: usize = 4;

/// What is known of the module `name`, under this key in its own file; `None` if the file of `at` defines the name itself.
pub(crate) fn text(key: &str, name: &Ident, at: Span) -> Option<String> {
    through(&name.to_string(), Place::of(at)?.file(), DEPTH, &|file| text_in(key, file))
}

/// Whether a type that the file of `at` imports from another one derives `what`.
pub(crate) fn derives(name: &Ident, what: &str, at: Span) -> bool {
    text(&known::type_key(name), name, at).is_some_and(|text| text == what)
}

/// Whether `name` is a module where the module `owner` is defined, which the file of `at` imports.
pub(crate) fn is_module_beside(owner: &Ident, name: &str, at: Span) -> bool {
    let derives = |file: &Path| text_in(&known::type_key(name), file).map(|derived| derived == "Module");
    beside(owner, name, at, &derives).unwrap_or(false)
}

/// What is known under this key of `name` where the module `owner` is defined, which the file of `at` imports.
pub(crate) fn text_beside(owner: &Ident, key: &str, name: &Ident, at: Span) -> Option<String> {
    beside(owner, &name.to_string(), at, &|file| text_in(key, file))
}

/// What is found of a name in the file of a module, or in the one that it is imported from there.
fn beside<T>(owner: &Ident, name: &str, at: Span, find: &dyn Fn(&Path) -> Option<T>) -> Option<T> {
    let owners = known::type_key(owner);
    let is_defined = |file: &Path| text_in(&owners, file).map(|_| file.to_owned());
    let file = through(&owner.to_string(), Place::of(at)?.file(), DEPTH, &is_defined)?;
    find(&file).or_else(|| through(name, &file, DEPTH, find))
}

fn text_in(key: &str, file: &Path) -> Option<String> {
    known::text_in(key, file).or_else(|| file_facts::modules(file).text(key))
}

/// What is found in the file that a name is imported from.
fn through<T>(name: &str, file: &Path, depth: usize, find: &dyn Fn(&Path) -> Option<T>) -> Option<T> {
    if !*file_facts::imports_of_crate(file) {
        return None;
    }
    let types = file_facts::types(file);
    let own = types.imports_of(name)?.filter(|modules| modules.first().is_none_or(|first| first != "tiedw"));
    let mut files = own.filter_map(|modules| file_facts::of_import(file, modules));
    files.find_map(|other| {
        find(&other).or_else(|| match depth > 0 && other != file {
            true => through(name, &other, depth - 1, find),
            false => None,
        })
    })
}
