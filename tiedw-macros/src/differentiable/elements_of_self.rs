//! `Self::Elem` in the signatures of a trait. It is that of the modules, which the companion of the trait does not have. rustc
//! would report it in each place, so the trait becomes a stub, and what is generic over it or implements it is left out.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::{Generics, ItemImpl, ItemTrait, TraitItem, Type, TypePath, parse_quote};

use super::checked::mentions;
use super::trait_definition::view_name;
use super::trait_method::has_companion;
use crate::errors::Errors;
use crate::known;
use crate::visit_mut::{self, VisitMut};

/// Reports the first one, and writes another type in place of all of them; returns the stub.
pub(super) fn replaced(item: &mut ItemTrait, errors: &mut Errors) -> Option<TokenStream> {
    let mut elements = Elements(None);
    for member in &mut item.items {
        if let TraitItem::Fn(function) = member
            && has_companion(&function.sig)
        {
            elements.visit_signature_mut(&mut function.sig);
        }
    }
    let key = key(&item.ident);
    // An editor expands it again after it was mended.
    if elements.0.is_some() || !known::texts(&key).is_empty() {
        known::note(&key, elements.0.is_some().to_string(), item.ident.span(), &[]);
    }
    let found = elements.0?;
    let own = item.items.iter().find_map(|member| match member {
        TraitItem::Type(ty) if ty.ident == "Elem" => Some(&ty.ident),
        _ => None,
    });
    let name = &item.ident;
    match own {
        Some(own) => errors.at(own, "every module has a type `Elem`, that of its elements: give this one another name"),
        None => errors.at(
            found,
            format_args!(
                "a trait does not know the elements of its modules: write a parameter, as in `trait {name}<E: Element>`, and `E` here"
            ),
        ),
    }
    let (vis, generics, clause) = (&item.vis, &item.generics, &item.generics.where_clause);
    let view = view_name(name);
    Some(quote! {
        #[allow(dead_code)]
        #vis trait #name #generics #clause {}
        #[doc(hidden)]
        #[allow(dead_code)]
        #vis trait #view #generics #clause {}
    })
}

/// Whether a block is an impl of such a trait, or generic over one.
pub(super) fn is_left_out(block: &ItemImpl) -> bool {
    let of_trait = block.trait_.as_ref().and_then(|(path, _)| path.segments.last());
    of_trait.is_some_and(|last| is_stub(&last.ident)) || names_stub(&block.generics)
}

fn names_stub(generics: &Generics) -> bool {
    let is_name = |token: &TokenTree| matches!(token, TokenTree::Ident(name) if is_stub(name));
    mentions(&generics.params, &is_name) || mentions(&generics.where_clause, &is_name)
}

fn is_stub(name: &Ident) -> bool {
    known::texts(&key(name)).last().is_some_and(|text| text == "true")
}

fn key(name: &Ident) -> String {
    format!("elements of trait {name}")
}

/// The first type `Self::Elem`.
struct Elements(Option<TypePath>);

impl VisitMut for Elements {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        let Type::Path(path) = ty else { return };
        let segments = &path.path.segments;
        let is_own = match &path.qself {
            Some(own) => matches!(&*own.ty, Type::Path(own) if own.path.is_ident("Self")),
            None => segments.len() == 2 && segments[0].ident == "Self",
        };
        if is_own && segments.last().is_some_and(|last| last.ident == "Elem") {
            self.0.get_or_insert(path.clone());
            *ty = parse_quote!(::core::primitive::f32);
        }
    }
}
