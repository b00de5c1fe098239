//! Whether a body calls a function that takes modules. One that none calls is meant for other code, which cannot call it.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, ItemImpl};

use super::is_taker;
use crate::beside;
use crate::differentiable::misused_parts::is_differentiable;

/// Whether a body of a block, or of one beside it, calls a method of its module by this name.
pub(super) fn has_method(name: &Ident, block: &ItemImpl) -> bool {
    let follows = |before: &[TokenTree]| {
        matches!(before, [.., owner, dot] if is_word(owner, "self") && is_mark(dot, '.'))
            || matches!(before, [.., first, second] if is_mark(first, ':') && is_mark(second, ':'))
    };
    calls(block.to_token_stream(), &follows, name) || any(block.impl_token.span, &follows, name)
}

/// Whether a body beside `at` calls a function of this name.
pub(super) fn has_function(name: &Ident, at: Span) -> bool {
    any(
        at,
        &|before| !matches!(before, [.., last] if is_word(last, "fn") || is_mark(last, '.') || is_mark(last, ':')),
        name,
    )
}

fn any(at: Span, follows: &dyn Fn(&[TokenTree]) -> bool, name: &Ident) -> bool {
    let items = beside::items(at).unwrap_or_default();
    items.iter().any(|item| {
        let is_body = match item {
            Item::Impl(block) => block.attrs.iter().any(is_differentiable),
            Item::Fn(function) => {
                function.attrs.iter().any(is_differentiable)
                    && function.sig.ident != *name
                    && is_taker(&function.sig, &function.block, at)
            }
            _ => false,
        };
        is_body && calls(item.to_token_stream(), follows, name)
    })
}

/// Whether code has this name before parentheses, and after what it follows.
fn calls(code: TokenStream, follows: &dyn Fn(&[TokenTree]) -> bool, name: &Ident) -> bool {
    let tokens: Vec<_> = code.into_iter().collect();
    let is_call = |position: usize| {
        is_word(&tokens[position], &name.to_string())
            && matches!(tokens.get(position + 1), Some(TokenTree::Group(_)))
            && follows(&tokens[..position])
    };
    (0..tokens.len()).any(is_call)
        || tokens
            .iter()
            .any(|token| matches!(token, TokenTree::Group(group) if calls(group.stream(), follows, name)))
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(name) if name == word)
}

fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}
