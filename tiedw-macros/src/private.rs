//! The short name of what generated code names: a path in full is nine tokens at each of its many places.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::Path;

/// The short name.
pub(crate) fn private() -> Ident {
    private_at(Span::call_site())
}

/// The short name, as if it stood at `span`.
pub(crate) fn private_at(span: Span) -> Ident {
    Ident::new("__tiedw", span)
}

/// What gives it its meaning, in front of the code that uses it.
pub(crate) fn import(krate: &Path) -> TokenStream {
    let private = private();
    quote!(use #krate::__private::{self as #private, short::*};)
}
