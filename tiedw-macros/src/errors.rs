//! Collects mistakes, so that one compile reports them all.

use std::fmt::Display;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors {
    error: Option<syn::Error>,
    /// Whether rustc may report one of them as well, in the body as written.
    may_be_seen: bool,
}

impl Errors {
    /// Reports a mistake at `tokens`.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Reports a mistake at `tokens`, which rustc may report as well.
    pub(crate) fn in_place_of_rustc(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.at(tokens, message);
        self.may_be_seen = true;
    }

    /// Reports a mistake that a parser found.
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.error {
            Some(errors) => errors.combine(error),
            None => self.error = Some(error),
        }
    }

    /// Adds the mistakes of `others`.
    pub(crate) fn append(&mut self, others: Errors) {
        self.may_be_seen |= others.may_be_seen;
        if let Some(error) = others.error {
            self.push(error);
        }
    }

    /// Whether rustc may report a mistake since the last call as well.
    pub(crate) fn take_seen(&mut self) -> bool {
        std::mem::take(&mut self.may_be_seen)
    }

    /// Returns the value of `result`, or reports its error.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Whether no mistake was reported.
    pub(crate) fn is_empty(&self) -> bool {
        self.error.is_none()
    }

    /// Generates one `compile_error!` per mistake.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.error.map(|error| error.into_compile_error()).unwrap_or_default()
    }
}

/// Reports a derive that an item has twice.
pub(crate) fn derived_twice(item: &Ident, derive: &str) -> TokenStream {
    let message = format!("`{item}` derives `{derive}` twice; remove one");
    syn::Error::new(Span::call_site(), message).into_compile_error()
}
