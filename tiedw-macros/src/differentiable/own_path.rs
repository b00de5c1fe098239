//! Where the module of an impl block is defined, if it is imported or named by an alias: its view stands beside it.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, Path, PathSegment, Type, UseTree};

use crate::beside;
use crate::file_facts;
use crate::known::Place;

/// What an alias beside the block stands for.
pub(super) fn without_alias(ty: &Type) -> Option<Type> {
    let name = named(ty)?;
    may_be_elsewhere(name)?;
    beside::items(name.span())?.iter().find_map(|item| match item {
        Item::Type(alias) if alias.ident == *name && alias.generics.params.is_empty() => {
            located(&alias.ty, name.span())
        }
        _ => None,
    })
}

/// The path of the definition of a type that is imported by its name, or by another.
pub(super) fn imported(ty: &Type) -> Option<Path> {
    let name = named(ty)?;
    may_be_elsewhere(name)?;
    let imports = || Some(file_facts::imports_in(&Place::of(name.span())?.source()?));
    let items = beside::items(name.span()).or_else(imports)?;
    let mut modules = items.into_iter().find_map(|item| match item {
        Item::Use(import) => {
            let mut found = Vec::new();
            leads_to(&import.tree, name, &mut found).then_some(found)
        }
        _ => None,
    })?;
    // The views of layers are found without an import.
    let original = modules.pop().filter(|_| modules.first().is_none_or(|first| first != "tiedw"))?;
    if let Some(others) = passed_on(&modules, &original, name.span()) {
        modules = others;
    }
    modules.push(original);
    let segments = modules.iter().map(|module| PathSegment::from(Ident::new(module, name.span())));
    Some(Path { leading_colon: None, segments: segments.collect() })
}

/// The one name of a type.
fn named(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) if path.qself.is_none() && path.path.segments.len() == 1 => {
            Some(&path.path.segments[0].ident)
        }
        _ => None,
    }
}

/// Whether the file imports the name or says what it stands for. Files without imports of other modules and such an alias are not parsed.
fn may_be_elsewhere(name: &Ident) -> Option<()> {
    let place = Place::of(name.span())?;
    let has_alias =
        || place.source().is_some_and(|source| beside::has_word(&source, &format!("type {name}")));
    let may_be = *file_facts::imports_of_others(place.file()) || has_alias();
    (may_be && file_facts::types(place.file()).is_named_elsewhere(&name.to_string())).then_some(())
}

/// Finds the path of an import of a name: the modules and the name that the item has there.
fn leads_to(tree: &UseTree, name: &Ident, path: &mut Vec<String>) -> bool {
    match tree {
        UseTree::Path(module) => {
            path.push(module.ident.to_string());
            leads_to(&module.tree, name, path) || {
                path.pop();
                false
            }
        }
        UseTree::Name(import) if import.ident == *name => {
            path.push(import.ident.to_string());
            true
        }
        UseTree::Rename(import) if import.rename == *name => {
            path.push(import.ident.to_string());
            true
        }
        UseTree::Group(group) => group.items.iter().any(|tree| leads_to(tree, name, path)),
        _ => false,
    }
}

/// The modules from which the root of the crate passes a name on, as in `pub use net::Net;`.
fn passed_on(modules: &[String], name: &str, at: Span) -> Option<Vec<String>> {
    if modules != ["crate"] {
        return None;
    }
    let root = file_facts::root(Place::of(at)?.file())?;
    let types = file_facts::types(&root);
    let found = types.imports_by_name(name)?;
    let found = match found.first()?.as_str() {
        "crate" | "self" => &found[1..],
        _ => found,
    };
    Some(modules.iter().chain(found).cloned().collect())
}

/// A type with the span of a name.
fn located(ty: &Type, span: Span) -> Option<Type> {
    syn::parse2(respanned(ty.to_token_stream(), span)).ok()
}

/// Code with the spans of a token.
pub(super) fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    let respanned = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), respanned(group.stream(), span)).into();
        }
        token.set_span(span);
        token
    });
    respanned.collect()
}
