//! Collects mistakes, so that one compile reports them all.

use std::fmt::Display;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Reports a mistake at `tokens`.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Reports a mistake that a parser found.
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Adds the mistakes of `others`.
    pub(crate) fn append(&mut self, others: Errors) {
        if let Some(error) = others.0 {
            self.push(error);
        }
    }

    /// Returns the value of `result`, or reports its error.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Whether no mistake was reported.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Generates one `compile_error!` per mistake.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(|error| error.into_compile_error()).unwrap_or_default()
    }
}

/// Reports a derive that an item has twice.
pub(crate) fn derived_twice(item: &Ident, derive: &str) -> TokenStream {
    let message = format!("`{item}` derives `{derive}` twice; remove one");
    syn::Error::new(Span::call_site(), message).into_compile_error()
}
