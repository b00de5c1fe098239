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

/// The name that may be that of a primitive type: alone, or as `::core::primitive::f32`, which is what one writes beside
/// a type of one's own by that name.
pub(crate) fn primitive(path: &Path) -> Option<&Ident> {
    let mut segments = path.segments.iter().rev();
    let last = segments.next().filter(|last| last.arguments.is_none())?;
    let rest: Vec<String> = segments.map(|segment| segment.ident.to_string()).collect();
    let is_full =
        matches!(rest.iter().map(String::as_str).collect::<Vec<_>>()[..], ["primitive", "core" | "std"]);
    (is_full || rest.is_empty() && path.leading_colon.is_none()).then_some(&last.ident)
}
