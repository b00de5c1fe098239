//! The lifetimes of a type of values with references, which the type of its cotangent does not have.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Data, DeriveInput, GenericParam, Generics, Lifetime, Type};

use crate::visit_mut::{self, VisitMut};

/// The type of a field without references, which has the same cotangent. Those to slices remain, since a list of slices is no
/// type.
pub(super) fn erased(ty: &Type) -> Type {
    if !names_one(&ty.to_token_stream()) {
        return ty.clone();
    }
    struct Behind;
    impl VisitMut for Behind {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            while let Type::Reference(reference) = ty
                && !is_unsized(&reference.elem)
            {
                *ty = (*reference.elem).clone();
            }
            visit_mut::visit_type_mut(self, ty);
        }
    }
    let mut ty = ty.clone();
    Behind.visit_type_mut(&mut ty);
    syn::parse2(of_static(ty.to_token_stream())).unwrap_or(ty)
}

fn is_unsized(ty: &Type) -> bool {
    match ty {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        _ => false,
    }
}

/// Puts `'static` in place of lifetimes.
pub(crate) fn of_static(tokens: TokenStream) -> TokenStream {
    let mut is_lifetime = false;
    let replaced = tokens.into_iter().map(|token| {
        let was_lifetime = std::mem::take(&mut is_lifetime);
        match token {
            TokenTree::Punct(punct) => {
                is_lifetime = punct.as_char() == '\'';
                punct.into()
            }
            TokenTree::Ident(name) if was_lifetime => Ident::new("static", name.span()).into(),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), of_static(group.stream()));
                inner.set_span(group.span());
                inner.into()
            }
            token => token,
        }
    });
    replaced.collect()
}

/// Puts `'static` in place of lifetimes that a type does not declare, or that its references lack. rustc reports them in the type, and
/// would again in generated code.
pub(crate) fn declare(input: &mut DeriveInput) {
    let mut declared = Declared(&input.generics);
    let fields: Vec<_> = match &mut input.data {
        Data::Struct(whole) => whole.fields.iter_mut().collect(),
        Data::Enum(whole) => whole.variants.iter_mut().flat_map(|variant| &mut variant.fields).collect(),
        Data::Union(_) => Vec::new(),
    };
    fields.into_iter().for_each(|field| declared.visit_type_mut(&mut field.ty));
}

struct Declared<'d>(&'d Generics);

impl VisitMut for Declared<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::Reference(reference) => {
                let and = reference.and_token.span;
                reference.lifetime.get_or_insert_with(|| Lifetime::new("'static", and));
            }
            // They may declare lifetimes of their own.
            Type::FnPtr(_) | Type::TraitObject(_) => return,
            _ => {}
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if !self.0.lifetimes().any(|param| param.lifetime.ident == lifetime.ident) {
            *lifetime = Lifetime::new("'static", lifetime.apostrophe);
        }
    }
}

/// Whether code names a lifetime.
pub(crate) fn names_one(code: &TokenStream) -> bool {
    code.clone().into_iter().any(|token| match token {
        TokenTree::Punct(punct) => punct.as_char() == '\'',
        TokenTree::Group(group) => names_one(&group.stream()),
        _ => false,
    })
}

/// The parameters without lifetimes.
pub(crate) fn without(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    let is_lifetime = |param: &GenericParam| matches!(param, GenericParam::Lifetime(_));
    if !generics.params.iter().any(is_lifetime) {
        return generics;
    }
    generics.params = generics.params.into_iter().filter(|param| !is_lifetime(param)).collect();
    for param in generics.type_params_mut() {
        param.bounds = std::mem::take(&mut param.bounds)
            .into_iter()
            .filter(|bound| !names_one(&bound.to_token_stream()))
            .collect();
    }
    generics
}
