//! Differentiable traits of the crate that were expanded.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{ItemTrait, Path, PathArguments, Type, TypeParamBound};

use super::stand_ins::with_stand_ins;
use super::supertraits::has_no_types;
use super::trait_definition::view_name;
use crate::known;

/// What is known of a differentiable trait.
pub(super) struct Known {
    /// Whether a type that stands in for a module has it.
    pub(super) has_stand_in: bool,
    /// Whether `Tied<M>` and `Frozen<M>` have it.
    pub(super) has_wrappers: bool,
    /// The names of its associated types, and of those of its supertraits. None if they are not known.
    pub(super) types: Option<Vec<String>>,
    /// The element type that it requires of a module.
    pub(super) elem: Option<String>,
}

fn key(name: &Ident) -> String {
    format!("differentiable trait {name}")
}

/// Notes a differentiable trait.
pub(super) fn note(item: &ItemTrait, known: &Known) {
    let Known { has_stand_in, has_wrappers, types, elem } = known;
    let ItemTrait { ident, generics, supertraits, .. } = item;
    let types = types.as_ref().map_or("?".to_owned(), |types| types.join(" "));
    let elem = elem.as_deref().unwrap_or_default();
    let head = quote!(trait #ident #generics: #supertraits {});
    let text = format!("{has_stand_in}\n{has_wrappers}\n{types}\n{elem}\n{head}");
    known::note(&key(ident), text, ident.span(), &item.attrs);
}

/// What is known of a supertrait, if it is differentiable: if it is one in the same module, or the file names its companion.
pub(super) fn of(bound: &TypeParamBound) -> Option<(&Path, Known)> {
    let TypeParamBound::Trait(bound) = bound else { return None };
    Some((&bound.path, find(&bound.path)?.0))
}

/// The differentiable supertraits of a trait, and theirs, with the arguments that they have in it.
pub(super) fn ancestors(item: &ItemTrait) -> Vec<Path> {
    let mut found: Vec<Path> = Vec::new();
    for bound in &item.supertraits {
        let TypeParamBound::Trait(bound) = bound else { continue };
        let Some((_, head)) = find(&bound.path) else { continue };
        let arguments = arguments(&bound.path);
        let further = head.iter().flat_map(|head| {
            let with_arguments = |path| syn::parse2(with_stand_ins(&path, &head.generics, &arguments)).ok();
            ancestors(head).into_iter().filter_map(with_arguments)
        });
        for path in [bound.path.clone()].into_iter().chain(further) {
            let text = |path: &Path| quote!(#path).to_string();
            if found.iter().all(|other| text(other) != text(&path)) {
                found.push(path);
            }
        }
    }
    found
}

/// The differentiable supertraits of the trait of an impl, and theirs, which certainly have no associated types.
pub(super) fn ancestors_without_types(of: &Path) -> Vec<Path> {
    let Some((_, Some(head))) = find(of) else { return Vec::new() };
    let arguments = arguments(of);
    let found = ancestors(&head).into_iter().filter_map(|path| {
        let types = find(&path)?.0.types?;
        types.is_empty().then_some(())?;
        syn::parse2(with_stand_ins(&path, &head.generics, &arguments)).ok()
    });
    found.collect()
}

/// The types that `Self::Name` means in an impl of a trait for `own`, where a supertrait declares `Name`.
pub(super) fn inherited_types(of: &Path, own: &Type) -> Vec<(String, Type)> {
    let Some((_, Some(head))) = find(of) else { return Vec::new() };
    let arguments = arguments(of);
    let declared = |path: &Path| find(path).and_then(|(known, _)| known.types).unwrap_or_default();
    let mut found: Vec<(String, Type)> = Vec::new();
    // A supertrait also knows the types of its own ones, which come after it.
    for path in ancestors(&head).into_iter().rev() {
        let names: Vec<String> =
            declared(&path).into_iter().filter(|name| found.iter().all(|(other, _)| other != name)).collect();
        let path = with_stand_ins(&path, &head.generics, &arguments);
        found.extend(names.into_iter().filter_map(|name| {
            let associated = syn::parse_str::<Ident>(&name).ok()?;
            Some((name, syn::parse2(quote!(<#own as #path>::#associated)).ok()?))
        }));
    }
    found
}

/// The arguments of a trait.
pub(super) fn arguments(path: &Path) -> Vec<TokenStream> {
    match path.segments.last().map(|last| &last.arguments) {
        Some(PathArguments::AngleBracketed(given)) => {
            given.args.iter().map(ToTokens::to_token_stream).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a differentiable trait of this name stands in the module of a token.
pub(super) fn is_beside(name: &Ident, at: Span) -> bool {
    known::text_in_module(&key(name), at).is_some()
}

/// Whether a differentiable trait of this crate certainly says nothing of the element type of a module.
pub(super) fn leaves_elements_open(path: &Path) -> bool {
    let Some((Known { elem: None, .. }, Some(head))) = find(path) else { return false };
    head.supertraits.iter().all(|bound| match bound {
        TypeParamBound::Trait(of) if is_module(&of.path) => matches!(arguments(&of.path)[..], []),
        TypeParamBound::Trait(of) if !has_no_types(bound) => leaves_elements_open(&of.path),
        _ => true,
    })
}

fn is_module(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident == "Module")
}

/// The head of a differentiable trait of this crate.
pub(super) fn head(path: &Path) -> Option<ItemTrait> {
    find(path)?.1
}

/// What is known of a trait, and its head, if it is one of this crate.
fn find(path: &Path) -> Option<(Known, Option<ItemTrait>)> {
    let name = &path.segments.last()?.ident;
    let beside = known::text_in_module(&key(name), name.span());
    let is_imported = || known::is_named_in_file(name.span(), &view_name(name).to_string());
    match beside.or_else(|| known::texts(&key(name)).pop().filter(|_| is_imported())) {
        Some(text) => read(&text),
        None => is_imported().then(|| {
            let known = Known { has_stand_in: false, has_wrappers: false, types: None, elem: None };
            (known, None)
        }),
    }
}

fn read(text: &str) -> Option<(Known, Option<ItemTrait>)> {
    let mut lines = text.splitn(5, '\n');
    let mut is = || lines.next() == Some("true");
    let (has_stand_in, has_wrappers) = (is(), is());
    let types = lines.next().filter(|&types| types != "?");
    let types = types.map(|types| types.split_whitespace().map(str::to_owned).collect());
    let elem = lines.next().filter(|elem| !elem.is_empty()).map(str::to_owned);
    let head = syn::parse_str(lines.next()?).ok()?;
    Some((Known { has_stand_in, has_wrappers, types, elem }, Some(head)))
}
