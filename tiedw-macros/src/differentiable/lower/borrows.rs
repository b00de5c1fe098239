//! Arguments that hold references, of which a checkpoint may keep no copy.

use std::collections::HashSet;

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{Block, GenericArgument, Local, Pat, PatIdent, PathArguments, Type};

use crate::visit::{self, Visit};

/// The parts of tuples that stand next to references.
const FIXED: [&str; 20] = [
    "Tensor",
    "AttentionMask",
    "Ids",
    "String",
    "bool",
    "char",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
];

/// The variables of a body.
#[derive(Default)]
pub(super) struct Variables {
    /// Those whose types may be known only after code that uses them.
    pub(super) unknown: HashSet<String>,
    /// All of them.
    pub(super) all: HashSet<String>,
    is_typed: bool,
}

impl Variables {
    pub(super) fn of(body: &Block) -> Self {
        let mut variables = Variables::default();
        variables.visit_block(body);
        variables
    }
}

impl<'ast> Visit<'ast> for Variables {
    fn visit_local(&mut self, local: &'ast Local) {
        if let (None, Pat::Ident(name)) = (&local.init, &local.pat) {
            self.unknown.insert(name.ident.to_string());
        }
        visit::visit_local(self, local);
    }

    fn visit_pat(&mut self, pattern: &'ast Pat) {
        let is_typed = self.is_typed;
        self.is_typed |= matches!(pattern, Pat::Type(_));
        visit::visit_pat(self, pattern);
        self.is_typed = is_typed;
    }

    fn visit_pat_ident(&mut self, name: &'ast PatIdent) {
        if name.mutability.is_some() && !self.is_typed {
            self.unknown.insert(name.ident.to_string());
        }
        self.all.insert(name.ident.to_string());
        visit::visit_pat_ident(self, name);
    }
}

/// Whether a checkpoint can keep a copy of an argument of this type: `Lent` of the library says which references it may
/// hold.
pub(super) fn can_be_kept(ty: &Type) -> bool {
    match bare(ty) {
        ty if !borrows(ty) => true,
        Type::Reference(reference) => {
            let element = element(&reference.elem);
            !borrows(element) || reference.mutability.is_none() && is_lent(element)
        }
        ty => is_lent(ty),
    }
}

/// Whether the references that it holds may be kept as copies.
fn is_lent(ty: &Type) -> bool {
    match bare(ty) {
        Type::Reference(reference) => reference.mutability.is_none() && !borrows(element(&reference.elem)),
        Type::Array(array) => is_lent(&array.elem),
        Type::Tuple(tuple) => {
            let is_part = |part: &Type| is_lent(part) || is_named(part, &FIXED).is_some();
            matches!(tuple.elems.len(), 2 | 3) && tuple.elems.iter().all(is_part)
        }
        ty => match is_named(ty, &["Option", "Vec"]) {
            Some(PathArguments::AngleBracketed(inner)) => {
                matches!(inner.args.first(), Some(GenericArgument::Type(inner)) if is_lent(inner))
            }
            _ => false,
        },
    }
}

/// The element of a slice; any other type itself.
fn element(ty: &Type) -> &Type {
    match bare(ty) {
        Type::Slice(slice) => &slice.elem,
        ty => ty,
    }
}

/// The arguments of a type with one of these names.
fn is_named<'t>(ty: &'t Type, names: &[&str]) -> Option<&'t PathArguments> {
    let Type::Path(path) = bare(ty) else { return None };
    let last = path.path.segments.last()?;
    names.iter().any(|name| last.ident == name).then_some(&last.arguments)
}

fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => bare(&inner.elem),
        Type::Group(inner) => bare(&inner.elem),
        ty => ty,
    }
}

/// Whether a type has a lifetime other than `'static`, as far as it is written. Those of the arguments of functions are
/// none of the function.
pub(super) fn borrows(ty: &Type) -> bool {
    fn any(tokens: impl ToTokens) -> bool {
        let tokens: Vec<_> = tokens.into_token_stream().into_iter().collect();
        let is_function = tokens.iter().any(|token| {
            matches!(token, TokenTree::Ident(name) if ["fn", "Fn", "FnMut", "FnOnce"].iter().any(|function| name == function))
        });
        if is_function {
            return false;
        }
        let is_static =
            |next: Option<&TokenTree>| matches!(next, Some(TokenTree::Ident(name)) if name == "static");
        tokens.iter().enumerate().any(|(i, token)| match token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => !is_static(tokens.get(i + 1)),
            // `&'static` is found by its lifetime.
            TokenTree::Punct(punct) if punct.as_char() == '&' => {
                !matches!(tokens.get(i + 1), Some(TokenTree::Punct(next)) if next.as_char() == '\'')
            }
            TokenTree::Group(group) => any(group.stream()),
            _ => false,
        })
    }
    any(ty)
}
