//! Generated code with the spans of user code.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote};

/// Returns `tokens` with the span `span`.
pub(super) fn at(tokens: impl ToTokens, span: Span) -> TokenStream {
    let tokens = tokens.into_token_stream().into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    tokens.collect()
}

/// Generates the call `path(argument)`, with a span from the first to the last token of `written`.
pub(super) fn call_at(written: impl ToTokens, path: &TokenStream, argument: TokenStream) -> TokenStream {
    let mut written = written.into_token_stream().into_iter().map(|token| token.span());
    let first = written.next().unwrap_or_else(Span::call_site);
    let mut argument = Group::new(Delimiter::Parenthesis, argument);
    argument.set_span(written.last().unwrap_or(first));
    let path = at(path, first);
    quote!(#path #argument)
}
