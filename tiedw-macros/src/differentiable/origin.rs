//! Where a trait without companions is from, as far as the module says that names it.

use proc_macro2::Ident;
use syn::{Item, UseTree};

use crate::beside;

/// The place of a trait that certainly has no companions.
pub(super) enum Origin {
    /// In the same module.
    Beside,
    /// In this crate, or the standard library.
    Library,
    /// There is no such trait.
    Nowhere,
}

/// The crates whose traits have no companions of their own.
const LIBRARIES: [&str; 4] = ["tiedw", "std", "core", "alloc"];

/// The traits that have a name without an import, or with that of the prelude alone.
const IN_PRELUDES: [&str; 14] = [
    "Layer",
    "Module",
    "Init",
    "Value",
    "Element",
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
        for item in beside::items(name.span())? {
            match &item {
                Item::Trait(definition) if definition.ident == *name => {
                    beside::derives(&definition.attrs)?;
                    origin = Origin::Beside;
                }
                Item::Use(import) => match Import::of(&import.tree, name) {
                    Import::Other => {}
                    _ if !is_of_library(&import.tree) => return None,
                    Import::Name => origin = Origin::Library,
                    Import::Glob => {}
                },
                Item::Macro(call) if call.ident.is_none() => return None,
                _ => {}
            }
        }
        Some(origin)
    }
}

/// What an import says of a name.
#[derive(PartialEq)]
enum Import {
    Name,
    Glob,
    Other,
}

impl Import {
    fn of(tree: &UseTree, name: &Ident) -> Self {
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

fn is_of_library(tree: &UseTree) -> bool {
    matches!(tree, UseTree::Path(path) if LIBRARIES.iter().any(|library| path.ident == library))
}
