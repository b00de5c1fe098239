//! A short name for the crate's private module in generated code, where a full path would take nine tokens per use.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::Path;

/// The short name.
pub(crate) fn private() -> Ident {
    private_at(Span::call_site())
}

/// The short name with the span `span`.
pub(crate) fn private_at(span: Span) -> Ident {
    Ident::new("__tiedw", span)
}

/// Generates the import that defines the short name.
pub(crate) fn import(krate: &Path) -> TokenStream {
    let private = private();
    quote!(use #krate::__private::{self as #private, short::*};)
}

/// Returns the name of a path that may be a primitive type: the name alone, or the full path
/// `::core::primitive::f32`, which is needed if the user has a type of the same name.
pub(crate) fn primitive(path: &Path) -> Option<&Ident> {
    let mut segments = path.segments.iter().rev();
    let last = segments.next().filter(|last| last.arguments.is_none())?;
    let rest: Vec<String> = segments.map(|segment| segment.ident.to_string()).collect();
    let is_full =
        matches!(rest.iter().map(String::as_str).collect::<Vec<_>>()[..], ["primitive", "core" | "std"]);
    (is_full || rest.is_empty() && path.leading_colon.is_none()).then_some(&last.ident)
}
