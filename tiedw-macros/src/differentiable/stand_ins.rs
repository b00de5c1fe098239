//! Arguments for the generics of a body, with which its check is called.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, Type, TypeParamBound, WherePredicate};

use super::signature::name_of;
use crate::private::private;

/// Returns some arguments for generics; `None` if it is not known which ones are allowed.
pub(super) fn stand_ins(generics: &Generics) -> Option<Vec<TokenStream>> {
    let clauses = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let clauses: Vec<_> = clauses
        .map(|predicate| match predicate {
            WherePredicate::Type(predicate) if predicate.lifetimes.is_none() => match &predicate.bounded_ty {
                Type::Path(path) => Some((path.path.get_ident()?, &predicate.bounds)),
                _ => None,
            },
            _ => None,
        })
        .collect::<Option<_>>()?;
    let of_param = |param: &GenericParam| match param {
        GenericParam::Lifetime(_) => None,
        GenericParam::Const(param) => match param.ty.to_token_stream().to_string().as_str() {
            "bool" => Some(quote!(true)),
            "char" => Some(quote!('a')),
            _ => Some(quote!(1)),
        },
        GenericParam::Type(param) => {
            let bounds = clauses
                .iter()
                .filter(|(name, _)| **name == param.ident)
                .flat_map(|(_, bounds)| bounds.iter());
            stand_in(param.bounds.iter().chain(bounds))
        }
    };
    let known = clauses.iter().all(|(name, _)| generics.type_params().any(|param| param.ident == **name));
    known.then(|| generics.params.iter().map(of_param).collect()).flatten()
}

/// Replaces the generics in an argument of a type.
pub(super) fn with_stand_ins(
    argument: &impl ToTokens,
    generics: &Generics,
    stand_ins: &[TokenStream],
) -> TokenStream {
    let replaced = |token: TokenTree| match token {
        TokenTree::Ident(name) => {
            let mut params = generics.params.iter().zip(stand_ins);
            let found = params.find(|(param, _)| name_of(param) == Some(&name));
            found.map_or_else(|| name.to_token_stream(), |(_, stand_in)| stand_in.clone())
        }
        TokenTree::Group(group) => {
            let inner = with_stand_ins(&group.stream(), generics, stand_ins);
            Group::new(group.delimiter(), inner).to_token_stream()
        }
        token => token.to_token_stream(),
    };
    argument.to_token_stream().into_iter().map(replaced).collect()
}

/// Returns a type with these bounds.
fn stand_in<'b>(bounds: impl Iterator<Item = &'b TypeParamBound>) -> Option<TokenStream> {
    let mut found = None;
    for bound in bounds {
        let TypeParamBound::Trait(bound) = bound else { continue };
        let last = bound.path.segments.last()?;
        let private = private();
        found = Some(match (found, &*last.ident.to_string()) {
            (None, "Element") => quote!(::core::primitive::f32),
            (None, "Storage" | "BiasStorage") => quote!(#private::Own),
            (found, "Copy" | "Clone" | "Send" | "Sync" | "Debug" | "Sized") => {
                found.unwrap_or_else(|| quote!(::core::primitive::f32))
            }
            _ => return None,
        });
    }
    Some(found.unwrap_or_else(|| quote!(::core::primitive::f32)))
}
