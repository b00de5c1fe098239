//! Where a trait without companions is from, as far as the module says that names it.

use proc_macro2::Ident;
use syn::{Item, Path};

use super::imported_definition;
use super::trait_definition::view_name;
use crate::beside::{self, Import};
use crate::known;

/// The place of a trait that certainly has no companions.
pub(super) enum Origin {
    /// In the same module.
    Beside,
    /// In this crate, or the standard library.
    Library,
    /// There is no such trait.
    Nowhere,
}

/// The traits that have a name without an import, or with that of the prelude alone.
const IN_PRELUDES: [&str; 15] = [
    "Layer",
    "Module",
    "Init",
    "Value",
    "Element",
    "Real",
    "Optimizer",
    "Clone",
    "Default",
    "Iterator",
    "From",
    "Into",
    "Drop",
    "Fn",
    "PartialEq",
];

impl Origin {
    /// Finds the origin of a trait; `None` if it may have companions.
    pub(super) fn of(name: &Ident) -> Option<Self> {
        let mut origin = match IN_PRELUDES.iter().any(|known| name == known) {
            true => Origin::Library,
            false => Origin::Nowhere,
        };
        let mut may_be_imported = false;
        for item in beside::items(name.span())? {
            match &item {
                Item::Trait(definition) if definition.ident == *name => {
                    beside::derives(&definition.attrs)?;
                    origin = Origin::Beside;
                }
                Item::Use(import) => match Import::of(&import.tree, name) {
                    Import::Other => {}
                    Import::Glob if !beside::imports_of_library(&import.tree) => may_be_imported = true,
                    _ if !beside::imports_of_library(&import.tree) => return None,
                    Import::Name => origin = Origin::Library,
                    Import::Glob => {}
                },
                Item::Macro(call) if call.ident.is_none() => return None,
                _ => {}
            }
        }
        // What is defined beside hides what a glob brings in, other than a companion.
        let is_hidden = || {
            matches!(origin, Origin::Beside)
                && !known::is_named_in_file(name.span(), &view_name(name).to_string())
        };
        (!may_be_imported || is_hidden()).then_some(origin)
    }
}

/// Whether a path certainly names a trait that is the user's own, whatever name it has in common with one of the library.
pub(super) fn is_own(of: &Path) -> bool {
    let Some(name) = of.segments.last().map(|last| &last.ident) else { return false };
    let has_companion_of_own = || known::is_named_in_file(name.span(), &view_name(name).to_string());
    beside::defines_trait(name)
        || imported_definition::is_imported(of)
        || has_companion_of_own() && !beside::is_of_library(name, name.span())
}
