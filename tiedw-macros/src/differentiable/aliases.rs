//! What the names of types and sizes in signatures stand for, as far as their module shows it: aliases, constants, and types of its
//! own, which are written by `self::`.

use std::collections::HashMap;

use proc_macro2::Ident;
use syn::{
    Expr, GenericArgument, Generics, Item, ItemImpl, ItemTrait, Lit, PathArguments, Signature, TraitItem,
    Type, TypePath, parse_quote,
};

use super::recursion;
use super::signature::name_of;
use crate::beside;
use crate::known::Place;
use crate::visit::{self, Visit};
use crate::visit_mut::{self, VisitMut};

enum Meaning {
    Alias(Type),
    Size(Expr),
    Own,
}

/// The meanings of the names of a module.
#[derive(Default)]
pub(super) struct Aliases(HashMap<String, Option<Meaning>>);

impl Aliases {
    /// Reads the module of an impl, if its methods or those of its trait name other types than the known ones.
    pub(super) fn of_impl(block: &ItemImpl, definition: &ItemTrait) -> Self {
        let of_trait = definition.items.iter().filter_map(|member| match member {
            TraitItem::Fn(function) => Some(&function.sig),
            _ => None,
        });
        let of_impl = recursion::functions(block).map(|function| &function.sig);
        if name_known_types(of_trait, &definition.generics) && name_known_types(of_impl, &block.generics) {
            return Aliases::default();
        }
        let place = Place::of(block.impl_token.span);
        place.map(|place| Aliases::of_place(&place, &block.generics)).unwrap_or_default()
    }

    /// Reads the module of a place. Names of generic parameters mean something else.
    pub(super) fn of_place(at: &Place, generics: &Generics) -> Self {
        let mut aliases = Aliases::default();
        for item in beside::items_around(at).unwrap_or_default() {
            let (name, attributes, meaning) = match item {
                Item::Type(alias) if alias.generics.params.is_empty() => {
                    (alias.ident, alias.attrs, Meaning::Alias(*alias.ty))
                }
                Item::Const(constant) if is_number(&constant.expr) => {
                    (constant.ident, constant.attrs, Meaning::Size(*constant.expr))
                }
                Item::Struct(item) => (item.ident, item.attrs, Meaning::Own),
                Item::Enum(item) => (item.ident, item.attrs, Meaning::Own),
                _ => continue,
            };
            let is_certain = beside::derives(&attributes).is_some();
            let meaning = Some(meaning).filter(|_| is_certain && !aliases.0.contains_key(&name.to_string()));
            aliases.0.insert(name.to_string(), meaning);
        }
        for name in generics.params.iter().filter_map(name_of) {
            aliases.0.remove(&name.to_string());
        }
        aliases
    }

    /// Replaces the names in a signature.
    pub(super) fn replace(&self, signature: &mut Signature) {
        let own = signature.generics.params.iter().filter_map(name_of);
        let own = own.map(ToString::to_string).collect();
        Replace { aliases: self, own, depth: 0 }.visit_signature_mut(signature);
    }
}

/// Whether all types in signatures are of this crate or the standard library, by their names.
pub(super) fn name_known_types<'s>(
    signatures: impl Iterator<Item = &'s Signature>,
    generics: &Generics,
) -> bool {
    let mut types = KnownTypes { generics, are_known: true };
    signatures.for_each(|signature| types.visit_signature(signature));
    types.are_known
}

struct KnownTypes<'g> {
    generics: &'g Generics,
    are_known: bool,
}

impl Visit<'_> for KnownTypes<'_> {
    fn visit_type_path(&mut self, path: &TypePath) {
        const NAMES: [&str; 11] =
            ["Tensor", "Ids", "Vec", "Option", "Self", "f32", "f64", "bool", "usize", "u32", "str"];
        let first = &path.path.segments[0].ident;
        let is_param = self.generics.params.iter().filter_map(name_of).any(|param| param == first);
        let is_single = path.path.segments.len() == 1 || first == "Self";
        let is_known = is_param || NAMES.iter().any(|name| first == name);
        self.are_known &= path.qself.is_none() && is_single && is_known;
        visit::visit_type_path(self, path);
    }
}

struct Replace<'a> {
    aliases: &'a Aliases,
    /// The generic parameters of the signature, which mean something else.
    own: Vec<String>,
    /// The number of aliases that this one stands in: none is endless.
    depth: usize,
}

impl<'a> Replace<'a> {
    fn meaning(&self, name: &Ident) -> Option<&'a Meaning> {
        let name = name.to_string();
        self.aliases.0.get(&name).filter(|_| !self.own.contains(&name))?.as_ref()
    }
}

impl VisitMut for Replace<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        let Type::Path(path) = ty else { return visit_mut::visit_type_mut(self, ty) };
        if path.qself.is_none()
            && let [name] = &path.path.segments.iter().collect::<Vec<_>>()[..]
        {
            match self.meaning(&name.ident) {
                Some(Meaning::Alias(alias)) if name.arguments.is_none() && self.depth < 8 => {
                    *ty = alias.clone();
                    self.depth += 1;
                    self.visit_type_mut(ty);
                    self.depth -= 1;
                    return;
                }
                Some(Meaning::Own) => path.path = parse_quote!(self::#name),
                _ => {}
            }
        }
        for segment in &mut path.path.segments {
            let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else { continue };
            for argument in &mut arguments.args {
                if let GenericArgument::Type(Type::Path(name)) = argument
                    && let Some(Meaning::Size(size)) =
                        name.path.get_ident().and_then(|name| self.meaning(name))
                {
                    *argument = GenericArgument::Const(size.clone());
                }
            }
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

fn is_number(expr: &Expr) -> bool {
    matches!(expr, Expr::Lit(literal) if matches!(literal.lit, Lit::Int(_)))
}
