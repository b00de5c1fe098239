//! Arguments of data in the parentheses that are written. rustc then reports a wrong number of them in a body and in its companion
//! in the same words, which is once.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Expr, Token, token};

/// Puts what `written` was lowered to into its parentheses.
pub(super) fn in_parens(
    parens: token::Paren,
    written: &Punctuated<Expr, Token![,]>,
    lowered: impl IntoIterator<Item: ToTokens>,
) -> TokenStream {
    let mut tokens = TokenStream::new();
    parens.surround(&mut tokens, |tokens| {
        for (argument, pair) in lowered.into_iter().zip(written.pairs()) {
            argument.to_tokens(tokens);
            pair.punct().to_tokens(tokens);
        }
    });
    tokens
}
