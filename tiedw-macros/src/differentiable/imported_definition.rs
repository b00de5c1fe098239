//! The definition of a trait that a module imports from another of the crate: that it is differentiable, and the names of its
//! methods. Other names may mean something else there.

use proc_macro2::{Ident, Span};
use syn::{
    ImplItem, Item, ItemImpl, ItemTrait, Path, PathArguments, PathSegment, TraitItem, TypePath, UseTree,
};

use super::definition_of::key;
use super::signature::name_of;
use crate::known::Known;
use crate::visit::{self, Visit};
use crate::{beside, known};

/// The `trait` of `#[differentiable(trait)]` for an impl without it whose trait is imported.
pub(super) fn option(block: &ItemImpl) -> Option<Ident> {
    let path = &block.trait_.as_ref()?.0;
    let name = &path.segments.last()?.ident;
    let [known] = &known::in_crate(&key(name))[..] else { return None };
    is_from(known, path)?.then(|| Ident::new("trait", Span::call_site()))
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
    let definition: ItemTrait = syn::parse_str(&known.text).ok()?;
    let mut types = KnownTypes { definition: &definition, are_known: true };
    for member in &definition.items {
        if let TraitItem::Fn(function) = member {
            types.visit_signature(&function.sig);
        }
    }
    let are_known = types.are_known;
    (are_known && is_from(known, path)?).then_some(definition)
}

/// Whether all types in signatures are of this crate or the standard library, by their names.
struct KnownTypes<'d> {
    definition: &'d ItemTrait,
    are_known: bool,
}

impl Visit<'_> for KnownTypes<'_> {
    fn visit_type_path(&mut self, path: &TypePath) {
        const NAMES: [&str; 11] =
            ["Tensor", "Ids", "Vec", "Option", "Self", "f32", "f64", "bool", "usize", "u32", "str"];
        let first = &path.path.segments[0].ident;
        let is_param = self.definition.generics.params.iter().filter_map(name_of).any(|param| param == first);
        let is_single = path.path.segments.len() == 1 || first == "Self";
        let is_known = is_param || NAMES.iter().any(|name| first == name);
        self.are_known &= path.qself.is_none() && is_single && is_known;
        visit::visit_type_path(self, path);
    }
}

/// Whether the path of a trait names one that is known.
fn is_from(known: &Known, path: &Path) -> Option<bool> {
    let name = &path.segments.last()?.ident;
    let module = module_of(known)?;
    Some(match path.segments.iter().rev().nth(1) {
        Some(owner) => owner.ident == module,
        None => beside::items(name.span())?.iter().any(|item| match item {
            Item::Use(import) => imports(&import.tree, None, name, &module),
            _ => false,
        }),
    })
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
            find_import(&import.tree, &last.ident, &mut before).then(|| (import.leading_colon, before))
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

/// Whether an import names a trait behind the name of a module.
fn imports(tree: &UseTree, before: Option<&Ident>, name: &Ident, module: &str) -> bool {
    match tree {
        UseTree::Path(path) => imports(&path.tree, Some(&path.ident), name, module),
        UseTree::Name(import) => import.ident == *name && before.is_some_and(|before| before == module),
        UseTree::Group(group) => group.items.iter().any(|tree| imports(tree, before, name, module)),
        _ => false,
    }
}
