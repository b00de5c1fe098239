//! Which types implement which traits, as far as the files of the crate show it.

use std::collections::HashSet;
use std::path::Path;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{Item, ItemImpl, Type};

use super::signature::name_of;
use crate::known::Place;
use crate::visit::{self, Visit};
use crate::{crate_files, file_facts};

/// Whether a type implements a trait.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Found {
    /// It may, or another crate shows it.
    Maybe,
    /// It does, without `#[differentiable]`.
    WithoutAttribute,
    /// No file has such an impl.
    Nowhere,
}

/// The impls of traits in a file.
#[derive(Default)]
pub(crate) struct Impls {
    /// Each trait, its type, and whether the impl has attributes that may be `#[differentiable]`.
    of: Vec<(String, String, bool)>,
    /// The traits that are implemented for types without a name.
    of_any: HashSet<String>,
    /// The names in macros, which may write impls.
    in_macros: HashSet<String>,
}

impl Impls {
    pub(crate) fn among(items: &[Item]) -> Self {
        let mut impls = Impls::default();
        items.iter().for_each(|item| impls.visit_item(item));
        impls
    }

    fn note(&mut self, block: &ItemImpl) {
        let Some(of) = block.trait_.as_ref().and_then(|(path, _)| path.segments.last()) else { return };
        let own = name_of_type(&block.self_ty);
        let own = own.filter(|own| block.generics.params.iter().filter_map(name_of).all(|name| name != *own));
        match own {
            Some(own) => {
                let is_marked = !crate::beside::are_inert(&block.attrs);
                self.of.push((of.ident.to_string(), own.to_string(), is_marked));
            }
            None => {
                self.of_any.insert(of.ident.to_string());
            }
        }
    }

    fn note_macro(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.note_macro(group.stream()),
                TokenTree::Ident(name) => {
                    self.in_macros.insert(name.to_string());
                }
                _ => {}
            }
        }
    }

    fn find(&self, of: &str, own: &str) -> Found {
        if self.of_any.contains(of) || self.in_macros.contains(of) {
            return Found::Maybe;
        }
        let mut found = self.of.iter().filter(|(of_trait, of_type, _)| of_trait == of && of_type == own);
        match found.next() {
            Some((.., false)) if found.next().is_none() => Found::WithoutAttribute,
            Some(_) => Found::Maybe,
            None => Found::Nowhere,
        }
    }
}

impl<'ast> Visit<'ast> for Impls {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Impl(block) => self.note(block),
            Item::Macro(call) => self.note_macro(call.mac.tokens.clone()),
            _ => {}
        }
        visit::visit_item(self, item);
    }
}

/// Finds the impl of a trait for a type of this file.
pub(super) fn find(of: &Ident, own: &Type) -> Found {
    let Some(own) = name_of_type(own) else { return Found::Maybe };
    let Some(place) = Place::of(own.span()) else { return Found::Maybe };
    let (of, own) = (of.to_string(), own.to_string());
    let beside = file_facts::impls(place.file()).find(&of, &own);
    if beside != Found::Nowhere {
        return beside;
    }
    let others = crate_files::of_crate(place.file());
    let others = others.iter().filter(|file| file.as_path() != place.file() && names(file, &of));
    let mut found = others.map(|file| file_facts::impls(file).find(&of, &own));
    found.find(|found| *found != Found::Nowhere).unwrap_or(Found::Nowhere)
}

fn names(file: &Path, name: &str) -> bool {
    std::fs::read_to_string(file).is_ok_and(|source| source.contains(name))
}

fn name_of_type(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        _ => None,
    }
}
