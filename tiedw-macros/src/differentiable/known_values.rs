//! Which types of a user's own are values, as far as it was noted or stands in a file.
//!
//! Whether `&mut World` is changed in place depends on it: types alone decide whether that is right.

use std::path::PathBuf;

use proc_macro2::Ident;
use syn::{Attribute, GenericArgument, Item, PathArguments, Type, UseTree};

use crate::file_facts;
use crate::known::{self, Place};

/// The types that a file defines.
#[derive(Default)]
pub(crate) struct Types {
    /// Each with whether it is a value.
    defined: Vec<(String, bool)>,
    /// The names that stand for others.
    aliases: Vec<(String, String)>,
    /// Those that are imported, with the modules that they are in.
    imported: Vec<(String, Vec<String>)>,
}

/// Whether a type certainly is a value, or a list, an option or a tuple of such.
pub(super) fn holds_value(ty: &Type) -> bool {
    match ty {
        Type::Reference(inner) => holds_value(&inner.elem),
        Type::Slice(inner) => holds_value(&inner.elem),
        Type::Array(inner) => holds_value(&inner.elem),
        Type::Paren(inner) => holds_value(&inner.elem),
        Type::Group(inner) => holds_value(&inner.elem),
        Type::Tuple(parts) => parts.elems.iter().any(holds_value),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return false };
            if !["Vec", "Option", "Box", "Result"].iter().any(|container| last.ident == container) {
                return is_value(&last.ident);
            }
            match &last.arguments {
                PathArguments::AngleBracketed(arguments) => arguments
                    .args
                    .iter()
                    .any(|argument| matches!(argument, GenericArgument::Type(inner) if holds_value(inner))),
                _ => false,
            }
        }
        _ => false,
    }
}

fn is_value(name: &Ident) -> bool {
    if known::derives(name, "Value") {
        return true;
    }
    if known::derives(name, "Module") {
        return false;
    }
    let Some(place) = Place::of(name.span()) else { return false };
    let types = file_facts::types(place.file());
    let name = types.meant_by(&name.to_string());
    if ["Tensor", "f32", "f64"].contains(&&*name) {
        return true;
    }
    types.is_value(&name).unwrap_or_else(|| {
        let mut files =
            types.modules_of(&name).filter_map(|modules| file_facts::of_module(place.file(), modules));
        known::is_derived(&name, "Value")
            || files.any(|file: PathBuf| file_facts::types(&file).is_value(&name) == Some(true))
    })
}

impl Types {
    pub(crate) fn of(items: &[Item]) -> Self {
        let mut types = Types::default();
        types.add(items);
        types
    }

    fn add(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Struct(item) => self.defined.push((item.ident.to_string(), derives_value(&item.attrs))),
                Item::Enum(item) => self.defined.push((item.ident.to_string(), derives_value(&item.attrs))),
                Item::Type(item) => {
                    if let Type::Path(path) = &*item.ty
                        && let Some(last) = path.path.segments.last()
                    {
                        self.aliases.push((item.ident.to_string(), last.ident.to_string()));
                    }
                }
                Item::Impl(block) => {
                    let is_of_value =
                        |path: &syn::Path| path.segments.last().is_some_and(|last| last.ident == "Value");
                    if let (Some((path, _)), Type::Path(owner)) = (&block.trait_, &*block.self_ty)
                        && is_of_value(path)
                        && let Some(last) = owner.path.segments.last()
                    {
                        self.defined.insert(0, (last.ident.to_string(), true));
                    }
                }
                Item::Use(import) => self.import(&import.tree, &mut Vec::new()),
                Item::Mod(module) => {
                    if let Some((_, items)) = &module.content {
                        self.add(items);
                    }
                }
                _ => {}
            }
        }
    }

    fn import(&mut self, tree: &UseTree, modules: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                modules.push(path.ident.to_string());
                self.import(&path.tree, modules);
                modules.pop();
            }
            UseTree::Name(name) => self.imported.push((name.ident.to_string(), modules.clone())),
            UseTree::Rename(name) => {
                self.aliases.push((name.rename.to_string(), name.ident.to_string()));
                self.imported.push((name.ident.to_string(), modules.clone()));
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, modules)),
            UseTree::Glob(_) => self.imported.push((String::from("*"), modules.clone())),
        }
    }

    /// The name of the type that a name stands for.
    pub(super) fn meant_by(&self, name: &str) -> String {
        let alias = self.aliases.iter().find(|(alias, _)| alias == name);
        alias.map_or(name, |(_, other)| other).to_owned()
    }

    /// Whether a type is a value; `None` if the file does not define it.
    fn is_value(&self, name: &str) -> Option<bool> {
        self.defined.iter().find(|(defined, _)| defined == name).map(|(_, is_value)| *is_value)
    }

    /// The modules that the file imports from.
    pub(super) fn modules(&self) -> impl Iterator<Item = &[String]> {
        self.imported.iter().map(|(_, modules)| &modules[..])
    }

    /// The modules that a name is imported from, by its name if it is; `None` if the file defines a type of this name.
    pub(crate) fn imports_of(&self, name: &str) -> Option<impl Iterator<Item = &[String]>> {
        let is_own = self.defined.iter().any(|(defined, _)| defined == name)
            || self.aliases.iter().any(|(alias, _)| alias == name);
        let by_name = self.imported.iter().any(|(imported, _)| imported == name);
        let from = if by_name { name } else { "*" }.to_owned();
        let imports = self.imported.iter().filter(move |(imported, _)| *imported == from);
        (!is_own).then_some(imports.map(|(_, modules)| &modules[..]))
    }

    /// Whether a name is imported by itself, or stands for another.
    pub(super) fn is_named_elsewhere(&self, name: &str) -> bool {
        self.imports_by_name(name).is_some() || self.aliases.iter().any(|(alias, _)| alias == name)
    }

    /// The modules that a name is imported from by itself.
    pub(super) fn imports_by_name(&self, name: &str) -> Option<&[String]> {
        self.imported.iter().find(|(imported, _)| imported == name).map(|(_, modules)| &modules[..])
    }

    /// The modules that a name may be imported from.
    fn modules_of(&self, name: &str) -> impl Iterator<Item = &[String]> {
        let imports = self.imported.iter().filter(move |(imported, _)| imported == name || imported == "*");
        imports.map(|(_, modules)| &modules[..])
    }
}

fn derives_value(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let mut found = false;
        let _ = attribute.path().is_ident("derive").then(|| {
            attribute.parse_nested_meta(|meta| {
                found |= meta.path.segments.last().is_some_and(|last| last.ident == "Value");
                Ok(())
            })
        });
        found
    })
}
