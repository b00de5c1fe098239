//! Token sequences that are built up from smaller ones.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Member;

/// A token sequence. Each insertion of a `TokenStream` into another takes several calls to the compiler, so a
/// few tokens are kept in a `Vec`.
#[derive(Clone)]
pub(super) enum Tokens {
    Few(Vec<TokenTree>),
    Many(TokenStream),
}

impl Tokens {
    /// Appends `more`.
    pub(super) fn then<T: Into<TokenTree>>(mut self, more: impl IntoIterator<Item = T>) -> Self {
        let more = more.into_iter().map(Into::into);
        match &mut self {
            Tokens::Few(tokens) => tokens.extend(more),
            Tokens::Many(tokens) => tokens.extend(more),
        }
        self
    }

    /// Returns the field access `self.member`.
    pub(super) fn field(self, dot: syn::Token![.], member: &Member) -> Self {
        let mut punct = Punct::new('.', Spacing::Alone);
        punct.set_span(dot.span);
        let this = self.then([punct]);
        match member {
            Member::Named(name) => this.then([name.clone()]),
            Member::Unnamed(index) => this.then(index.to_token_stream()),
        }
    }

    /// Returns a reference to this expression.
    pub(super) fn referred(self, and: syn::Token![&]) -> Self {
        let mut punct = Punct::new('&', Spacing::Alone);
        punct.set_span(and.span);
        match self {
            Tokens::Few(tokens) => Tokens::Few([punct.into()].into_iter().chain(tokens).collect()),
            tokens => Tokens::from(quote::quote!(#and #tokens)),
        }
    }

    /// Returns the span of the first token, or `other` if there is none.
    pub(super) fn start(&self, other: Span) -> Span {
        match self {
            Tokens::Few(tokens) => tokens.first().map_or(other, TokenTree::span),
            Tokens::Many(tokens) => tokens.clone().into_iter().next().map_or(other, |token| token.span()),
        }
    }

    /// Whether this ends in brackets.
    pub(super) fn ends_in_index(&self) -> bool {
        let is_index = |last: &TokenTree| matches!(last, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
        match self {
            Tokens::Few(tokens) => tokens.last().is_some_and(is_index),
            Tokens::Many(tokens) => tokens.clone().into_iter().last().as_ref().is_some_and(is_index),
        }
    }

    /// Removes the brackets that this ends in.
    pub(super) fn without_index(self) -> Self {
        let mut tokens: Vec<TokenTree> = self.to_token_stream().into_iter().collect();
        tokens.pop_if(
            |last| matches!(last, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket),
        );
        Tokens::Few(tokens)
    }

    /// Whether this is the identifier `name` alone.
    pub(super) fn is(&self, name: &Ident) -> bool {
        matches!(self, Tokens::Few(tokens) if matches!(&tokens[..], [TokenTree::Ident(only)] if only == name))
    }

    /// Whether this is a reference to the identifier `name` alone.
    pub(super) fn is_reference_to(&self, name: &Ident) -> bool {
        let tokens = match self {
            Tokens::Few(tokens) => &tokens[..],
            Tokens::Many(_) => &self.to_token_stream().into_iter().collect::<Vec<_>>(),
        };
        let [TokenTree::Punct(and), TokenTree::Ident(only)] = tokens else { return false };
        and.as_char() == '&' && only == name
    }
}

/// An empty argument list.
pub(super) fn no_arguments() -> Group {
    Group::new(Delimiter::Parenthesis, TokenStream::new())
}

impl Default for Tokens {
    fn default() -> Self {
        Tokens::Few(Vec::new())
    }
}

impl From<TokenStream> for Tokens {
    fn from(tokens: TokenStream) -> Self {
        Tokens::Many(tokens)
    }
}

impl From<Ident> for Tokens {
    fn from(name: Ident) -> Self {
        Tokens::Few(vec![name.into()])
    }
}

impl ToTokens for Tokens {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Tokens::Few(few) => tokens.extend(few.iter().cloned()),
            Tokens::Many(many) => many.to_tokens(tokens),
        }
    }
}
