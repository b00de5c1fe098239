//! The definition of a trait that a module imports from another of the crate: that it is differentiable, and the names of its
//! methods. Other names may mean something else there.

use proc_macro2::{Ident, Span};
use syn::{ImplItem, Item, ItemImpl, ItemTrait, Path, PathArguments, PathSegment, TraitItem, UseTree};

use super::aliases::{self, Aliases};
use super::definition_of::{is_beside, key};
use crate::beside::Import;
use crate::known::{Known, Place};
use crate::{beside, known};

/// The `trait` of `#[differentiable(trait)]` for an impl without it whose trait is imported.
pub(super) fn option(block: &ItemImpl) -> Option<Ident> {
    is_imported(&block.trait_.as_ref()?.0).then(|| Ident::new("trait", Span::call_site()))
}

/// Whether a path certainly names a differentiable trait of another module of the crate, which is imported, or named by its module.
pub(super) fn is_imported(of: &Path) -> bool {
    let Some(name) = of.segments.last().map(|last| &last.ident) else { return false };
    matches!(&known::in_crate(&key(name))[..], [known] if is_from(known, of) == Some(true))
}

/// Whether a path in a signature certainly names a differentiable trait of the same module, or by its module.
pub(crate) fn is_differentiable(of: &Path) -> bool {
    let Some(name) = of.segments.last().map(|last| &last.ident) else { return false };
    match of.segments.len() {
        1 => known::is_around(&key(name), name.span()),
        _ => is_imported(of),
    }
}

/// The definition of the trait of an impl that has a method which is none of it.
pub(super) fn of(block: &ItemImpl) -> Option<ItemTrait> {
    let path = &block.trait_.as_ref()?.0;
    let name = &path.segments.last()?.ident;
    let [known] = &known::in_crate(&key(name))[..] else { return None };
    let definition: ItemTrait = syn::parse_str(&known.text).ok()?;
    let is_of_trait = |method: &Ident| {
        definition
            .items
            .iter()
            .any(|member| matches!(member, TraitItem::Fn(function) if function.sig.ident == *method))
    };
    let has_all = block.items.iter().all(|member| match member {
        ImplItem::Fn(function) => is_of_trait(&function.sig.ident),
        _ => true,
    });
    if has_all {
        return None;
    }
    is_from(known, path)?.then_some(definition)
}

/// The definition of the trait of an impl, if its methods name no types but those that mean the same in each module.
pub(super) fn of_known_types(block: &ItemImpl) -> Option<ItemTrait> {
    let path = &block.trait_.as_ref()?.0;
    let [known] = &known::in_crate(&key(&path.segments.last()?.ident))[..] else { return None };
    let mut definition: ItemTrait = syn::parse_str(&known.text).ok()?;
    if !names_known_types(&definition) {
        // The aliases of its module may have no meaning here.
        let aliases = Aliases::of_place(known.place(), &definition.generics);
        for member in &mut definition.items {
            if let TraitItem::Fn(function) = member {
                aliases.replace(&mut function.sig);
            }
        }
    }
    (names_known_types(&definition) && is_from(known, path)?).then_some(definition)
}

fn names_known_types(definition: &ItemTrait) -> bool {
    let signatures = definition.items.iter().filter_map(|member| match member {
        TraitItem::Fn(function) => Some(&function.sig),
        _ => None,
    });
    aliases::name_known_types(signatures, &definition.generics)
}

/// Whether the path of a trait names one that is known.
fn is_from(known: &Known, path: &Path) -> Option<bool> {
    let name = &path.segments.last()?.ident;
    let module = module_of(known)?;
    Some(match path.segments.iter().rev().nth(1) {
        Some(owner) => owner.ident == module,
        None => {
            let here = From { module, is_super: is_around(known, name.span()).unwrap_or_default() };
            let items = beside::items(name.span())?;
            let imports = || {
                items.iter().filter_map(|item| match item {
                    Item::Use(import) => Some(&import.tree),
                    _ => None,
                })
            };
            // What is imported by its name, or defined here, hides what a glob brings in.
            let is_named = items.iter().any(|item| matches!(item, Item::Trait(item) if item.ident == *name))
                || imports().any(|tree| Import::of(tree, name) == Import::Name);
            match is_named {
                true => imports().any(|tree| here.is_named_in(tree, None, name)),
                false => imports().any(|tree| here.is_all_of(tree, None)),
            }
        }
    })
}

/// Whether an item stands in the module around that of a token.
fn is_around(known: &Known, at: Span) -> Option<bool> {
    let (place, here) = (known.place(), Place::of(at)?);
    if place.file() != here.file() {
        return None;
    }
    let source = here.source()?;
    let (of, within) = (beside::module_names(place, &source)?, beside::module_names(&here, &source)?);
    Some(within.split_last()?.1 == of)
}

/// The definition of a trait that certainly is one of another module of the crate, which is imported by its name, or named by a path.
pub(super) fn elsewhere(of: &Path) -> Option<ItemTrait> {
    let name = &of.segments.last()?.ident;
    let [known] = &known::in_crate(&key(name))[..] else { return None };
    let is_elsewhere = is_from(known, of)? && !is_beside(name);
    if is_elsewhere { syn::parse_str(&known.text).ok() } else { None }
}

/// The path of the module that the path of a trait names, or that it is imported from by its name.
pub(super) fn path_of_module(of: &Path) -> Option<Path> {
    let last = of.segments.last()?;
    if of.segments.len() > 1 {
        let mut path = of.clone();
        path.segments.pop();
        path.segments.pop_punct();
        return Some(path);
    }
    let imports = beside::items(last.ident.span())?.into_iter().filter_map(|item| match item {
        Item::Use(import) => {
            let mut before = Vec::new();
            find_import(&import.tree, &last.ident, &mut before).then_some((import.leading_colon, before))
        }
        _ => None,
    });
    let (leading_colon, before) = { imports }.next().filter(|(_, before)| !before.is_empty())?;
    let segments = before.into_iter().map(|name| PathSegment { ident: name, arguments: PathArguments::None });
    Some(Path { leading_colon, segments: segments.collect() })
}

/// Whether an import names a trait, and the modules before it.
fn find_import(tree: &UseTree, name: &Ident, before: &mut Vec<Ident>) -> bool {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.clone());
            let is_found = find_import(&path.tree, name, before);
            if !is_found {
                before.pop();
            }
            is_found
        }
        UseTree::Name(import) => import.ident == *name,
        UseTree::Group(group) => group.items.iter().any(|tree| find_import(tree, name, before)),
        _ => false,
    }
}

/// Whether two traits are defined in one module of the crate, and no others of their names.
pub(super) fn are_beside(one: &Ident, other: &Ident) -> bool {
    let [one, other] = [one, other].map(|name| known::in_crate(&key(name)));
    match (&one[..], &other[..]) {
        ([one], [other]) => one.place().file() == other.place().file() && module_of(one) == module_of(other),
        _ => false,
    }
}

/// The name of the module that an item stands in.
pub(super) fn module_of(known: &Known) -> Option<String> {
    let place = known.place();
    let within = beside::module_names(place, &place.source()?)?;
    if let Some(name) = within.last() {
        return Some(name.clone());
    }
    let stem = |path: &std::path::Path| Some(path.file_stem()?.to_str()?.to_owned());
    match stem(place.file())?.as_str() {
        "mod" => stem(place.file().parent()?),
        "lib" | "main" => Some("crate".to_owned()),
        name => Some(name.to_owned()),
    }
}

/// The module that a trait stands in.
struct From {
    module: String,
    /// Whether it is the one around.
    is_super: bool,
}

impl From {
    fn is(&self, name: &Ident) -> bool {
        *name == self.module || name == "super" && self.is_super
    }

    /// Whether an import names a trait behind the name of the module.
    fn is_named_in(&self, tree: &UseTree, before: Option<&Ident>, name: &Ident) -> bool {
        match tree {
            UseTree::Path(path) => self.is_named_in(&path.tree, Some(&path.ident), name),
            UseTree::Name(import) => import.ident == *name && before.is_some_and(|before| self.is(before)),
            UseTree::Group(group) => group.items.iter().any(|tree| self.is_named_in(tree, before, name)),
            _ => false,
        }
    }

    /// Whether an import brings in all of the module.
    fn is_all_of(&self, tree: &UseTree, before: Option<&Ident>) -> bool {
        match tree {
            UseTree::Path(path) => self.is_all_of(&path.tree, Some(&path.ident)),
            UseTree::Glob(_) => before.is_some_and(|before| self.is(before)),
            UseTree::Group(group) => group.items.iter().any(|tree| self.is_all_of(tree, before)),
            _ => false,
        }
    }
}
