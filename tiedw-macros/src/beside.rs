//! What is written beside an item in the same file, macros and all that they generate left out.
//!
//! As [`known`](crate::known), for better errors about code that rustc would refuse in any case.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{LazyLock, Mutex, PoisonError};

use proc_macro2::{Ident, Span};
use syn::punctuated::Punctuated;
use syn::{Attribute, Item, Meta, Path, Token, UseTree};

use crate::known::Place;

/// Returns the items of the module that this token is in.
pub(crate) fn items(span: Span) -> Option<Vec<Item>> {
    items_around(&Place::of(span)?)
}

/// Returns the items of the module that a token is in, which may be within another item.
pub(crate) fn items_outside(span: Span) -> Option<Vec<Item>> {
    let place = Place::of(span)?;
    let source = place.source()?;
    let modules = place.outer_modules(&source)?;
    items_in(&source, modules.into_iter().map(|start| name_before(&source, start)).collect())
}

/// Returns the items of the module that a place is in.
pub(crate) fn items_around(place: &Place) -> Option<Vec<Item>> {
    let source = place.source()?;
    items_in(&source, module_names(place, &source)?)
}

fn items_in(source: &str, modules: Vec<String>) -> Option<Vec<Item>> {
    let mut items = syn::parse_file(source).ok()?.items;
    for name in modules {
        let mut modules = items.into_iter().filter_map(|item| match item {
            Item::Mod(module) if module.ident == name => Some(module.content?.1),
            _ => None,
        });
        items = modules.next()?;
    }
    Some(items)
}

/// The names of the modules that a place in its file is in.
pub(crate) fn module_names(place: &Place, source: &str) -> Option<Vec<String>> {
    Some(place.module(source)?.into_iter().map(|start| name_before(source, start)).collect())
}

/// The word before a place in a text.
fn name_before(source: &str, start: usize) -> String {
    let before = source[..start].trim_end();
    before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned()
}

/// Whether the file may define this struct or enum, but not its view.
pub(crate) fn defines_without_view(name: &Ident) -> bool {
    let Some((source, _)) = source(name.span()) else { return false };
    let defines = ["struct", "enum"].iter().any(|kind| has_word(&source, &format!("{kind} {name}")));
    defines && !source.contains(&format!("{name}View"))
}

/// Whether the module around has a struct or an enum of this name, and certainly no impl of `Module` for it.
pub(crate) fn is_plain_type(name: &Ident, at: Span) -> bool {
    let Some((source, _)) = source(at) else { return false };
    let has_impl =
        |line: &str| line.contains("Module for") && (line.contains('$') || has_word(line, &name.to_string()));
    if source.lines().any(has_impl) {
        return false;
    }
    let is_plain = |attributes: &[Attribute]| {
        derives(attributes).is_some_and(|traits| !traits.iter().any(|derived| derived == "Module"))
    };
    items(at).unwrap_or_default().iter().any(|item| match item {
        Item::Struct(item) => item.ident == *name && is_plain(&item.attrs),
        Item::Enum(item) => item.ident == *name && is_plain(&item.attrs),
        _ => false,
    })
}

/// Whether the module around defines a trait of this name.
pub(crate) fn defines_trait(name: &Ident) -> bool {
    let may_be = source(name.span()).is_some_and(|(source, _)| has_word(&source, &format!("trait {name}")));
    let is_it = |item: &Item| matches!(item, Item::Trait(item) if item.ident == *name);
    may_be && items(name.span()).unwrap_or_default().iter().any(is_it)
}

/// Whether the file may define this type, or import it.
pub(crate) fn may_define(name: &Ident) -> bool {
    let Some((source, _)) = source(name.span()) else { return true };
    let imports = |line: &str| {
        line.contains("use ") && (has_word(line, &name.to_string()) || line.contains("super::*"))
    };
    let defines = ["struct", "enum", "type"].iter().any(|kind| has_word(&source, &format!("{kind} {name}")));
    defines || source.lines().any(imports)
}

/// Whether the file may implement `Value` for a type without the derive.
pub(crate) fn mentions_impl_of_value(name: &Ident) -> bool {
    mentions_impl(name, "Value")
}

/// Whether the file may implement a trait for a type.
pub(crate) fn mentions_impl(name: &Ident, of: &str) -> bool {
    let Some((source, _)) = source(name.span()) else { return true };
    let head = format!("{of} for");
    source.lines().any(|line| line.contains(&head) && has_word(line, &name.to_string()))
}

/// Whether this name may be that of a type or a constant where `at` stands, a token of an item which is not the name of a parameter.
pub(crate) fn may_be_item(name: &Ident, at: Span) -> bool {
    let Some((source, _)) = source(at) else { return true };
    let kinds = ["struct", "enum", "type", "union", "as"];
    // A constant has a value, and a parameter mostly has none.
    let constant = format!("const {name}:");
    let is_constant = |(start, _): (usize, &str)| {
        let rest = source[start..].split(['>', ',', ';', '{']).next();
        rest.is_some_and(|rest| rest.contains('='))
    };
    kinds.iter().any(|kind| has_word(&source, &format!("{kind} {name}")))
        || source.match_indices(&constant).any(is_constant)
        || items(at).is_none_or(|items| {
            items.iter().any(|item| match item {
                Item::Use(import) => {
                    Import::of(&import.tree, name) != Import::Other && !imports_of_library(&import.tree)
                }
                Item::Macro(call) => call.ident.is_none(),
                _ => false,
            })
        })
}

/// Whether a text has another one, at the end of a word.
pub(crate) fn has_word(source: &str, text: &str) -> bool {
    let is_end = |c: char| !c.is_alphanumeric() && c != '_';
    source.match_indices(text).any(|(start, _)| source[start + text.len()..].starts_with(is_end))
}

fn source(span: Span) -> Option<(String, Place)> {
    let place = Place::of(span)?;
    Some((place.source()?, place))
}

/// The traits that an item derives; `None` if it has attributes that may add some.
pub(crate) fn derives(attributes: &[Attribute]) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for attribute in attributes {
        match &attribute.meta {
            Meta::List(list) if list.path.is_ident("derive") => {
                let paths = list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok()?;
                names.extend(paths.iter().filter_map(|path| Some(path.segments.last()?.ident.to_string())));
            }
            meta if is_inert(meta.path()) => {}
            _ => return None,
        }
    }
    Some(names)
}

/// Whether attributes change no item, and leave none out.
pub(crate) fn are_inert(attributes: &[Attribute]) -> bool {
    attributes.iter().all(|attribute| is_inert(attribute.path()))
}

/// Whether an attribute changes no item, and leaves none out.
fn is_inert(path: &Path) -> bool {
    const INERT: [&str; 9] =
        ["doc", "allow", "expect", "warn", "deny", "must_use", "non_exhaustive", "module", "tie"];
    INERT.iter().any(|name| path.is_ident(name))
}

const LIBRARIES: [&str; 4] = ["tiedw", "std", "core", "alloc"];

/// Whether a name that this crate has certainly is its own in the module of `at`, a token of an item.
pub(crate) fn is_of_library(name: &Ident, at: Span) -> bool {
    let is_of_library = |item: &Item| match item {
        Item::Use(import) => {
            Import::of(&import.tree, name) == Import::Other || imports_of_library(&import.tree)
        }
        Item::Struct(item) => item.ident != *name,
        Item::Enum(item) => item.ident != *name,
        Item::Type(item) => item.ident != *name,
        Item::Trait(item) => item.ident != *name,
        Item::Fn(item) => item.sig.ident != *name,
        Item::Macro(call) => call.ident.is_some(),
        _ => true,
    };
    let Some(place) = Place::of(at) else { return false };
    let Some(source) = place.source() else { return false };
    let Some(modules) = module_names(&place, &source) else { return false };
    // To parse a file takes long, and many names are asked for.
    let mut hasher = DefaultHasher::new();
    source.hash(&mut hasher);
    let question = (hasher.finish(), modules, name.to_string());
    let answered = OF_LIBRARY.lock().unwrap_or_else(PoisonError::into_inner).get(&question).copied();
    answered.unwrap_or_else(|| {
        let items = items_in(&source, question.1.clone());
        let answer = items.is_some_and(|items| items.iter().all(is_of_library));
        OF_LIBRARY.lock().unwrap_or_else(PoisonError::into_inner).insert(question, answer);
        answer
    })
}

/// Whether names are those of the library in modules of files, which are known by a hash of their text.
type Answers = HashMap<(u64, Vec<String>, String), bool>;

static OF_LIBRARY: LazyLock<Mutex<Answers>> = LazyLock::new(Mutex::default);

/// What an import says of a name.
#[derive(PartialEq)]
pub(crate) enum Import {
    Name,
    Glob,
    Other,
}

impl Import {
    pub(crate) fn of(tree: &UseTree, name: &Ident) -> Self {
        match tree {
            UseTree::Path(path) => Import::of(&path.tree, name),
            UseTree::Name(import) if import.ident == *name => Import::Name,
            UseTree::Rename(import) if import.rename == *name => Import::Name,
            UseTree::Glob(_) => Import::Glob,
            UseTree::Group(group) => {
                let all = group.items.iter().map(|tree| Import::of(tree, name));
                all.fold(Import::Other, |one, other| if other == Import::Other { one } else { other })
            }
            _ => Import::Other,
        }
    }
}

/// Whether an import is from this crate, or the standard library.
pub(crate) fn imports_of_library(tree: &UseTree) -> bool {
    matches!(tree, UseTree::Path(path) if LIBRARIES.iter().any(|library| path.ident == library))
}
