//! Generated code has a generic parameter `Use`, which must not hide what the user calls so.

use std::str::FromStr;

use proc_macro2::{Group, Ident, Literal, TokenStream, TokenTree};
use quote::ToTokens;
use syn::DeriveInput;

const GENERATED: &str = "Use";
const OTHER: &str = "__Use";
const USERS: &str = "__UsersUse";

/// Expands a derive whose code has the parameter `Use`, and another in its place if the struct mentions this name.
pub(super) fn apart(input: &DeriveInput, expand: impl FnOnce(&DeriveInput) -> TokenStream) -> TokenStream {
    let tokens = input.to_token_stream();
    if !mentions(tokens.clone(), GENERATED) {
        return expand(input);
    }
    match syn::parse2(renamed(tokens, GENERATED, USERS)) {
        Ok(input) => renamed(renamed(expand(&input), GENERATED, OTHER), USERS, GENERATED),
        Err(_) => expand(input),
    }
}

/// Whether code mentions a name.
pub(super) fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

/// Replaces a name in code.
pub(super) fn renamed(tokens: TokenStream, from: &str, to: &str) -> TokenStream {
    let renamed = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(ident) if ident == from => Ident::new(to, ident.span()).into(),
        // Names that are made from it, and strings that contain it.
        TokenTree::Ident(ident) if from == USERS && ident.to_string().contains(from) => {
            Ident::new(&ident.to_string().replace(from, to), ident.span()).into()
        }
        TokenTree::Literal(literal) if from == USERS && literal.to_string().contains(from) => {
            let mut text =
                Literal::from_str(&literal.to_string().replace(from, to)).unwrap_or(literal.clone());
            text.set_span(literal.span());
            text.into()
        }
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), self::renamed(group.stream(), from, to));
            inner.set_span(group.span());
            inner.into()
        }
        token => token,
    });
    renamed.collect()
}
