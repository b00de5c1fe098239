//! Hygienic names, which only generated code can refer to.
//!
//! In the companion, each value that may carry a gradient, each part of the module and `self` itself are
//! bound to such names. Code that is kept as written, including the tokens of other macros, cannot refer to
//! them. [`shown`](super::lower) decides by type what that code sees instead.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Pat, Token};

/// Returns the name with a hygienic span, so that no user code can refer to it.
pub(super) fn hidden(name: &Ident) -> Ident {
    let mut hidden = name.clone();
    hidden.set_span(hygienic(name.span()));
    hidden
}

/// Removes the hygiene of a name but keeps its source position, for an error.
pub(super) fn in_plain_sight(name: &TokenStream) -> TokenStream {
    let seen = name.clone().into_iter().map(|mut token| {
        token.set_span(Span::call_site().located_at(token.span()));
        token
    });
    seen.collect()
}

/// The hygienic `self` of the companion.
pub(super) fn hidden_self(receiver: Token![self]) -> Token![self] {
    Token![self](hygienic(receiver.span))
}

/// The name of the module in its own methods, which no argument has.
pub(super) fn hidden_module() -> Ident {
    Ident::new("__module", Span::mixed_site())
}

/// Makes those names of a pattern hygienic for which `is_hidden` returns `true`.
pub(super) fn hidden_pattern(pattern: &Pat, is_hidden: &impl Fn(&Ident) -> bool) -> Pat {
    struct Hide<'f, F>(&'f F);
    impl<F: Fn(&Ident) -> bool> crate::visit_mut::VisitMut for Hide<'_, F> {
        fn visit_pat_ident_mut(&mut self, name: &mut syn::PatIdent) {
            if (self.0)(&name.ident) {
                name.ident = hidden(&name.ident);
            }
            crate::visit_mut::visit_pat_ident_mut(self, name);
        }

        // The field of `State { h }` is not hygienic.
        fn visit_field_pat_mut(&mut self, field: &mut syn::FieldPat) {
            let is_short = field.colon_token.is_none();
            field.colon_token.get_or_insert_default();
            crate::visit_mut::visit_field_pat_mut(self, field);
            if is_short {
                // The parentheses end where the field ends in the source, also in its hygiene, so that rustc reports a field
                // that is missing once.
                let (pattern, span) = (&field.pat, field.member.to_token_stream().span());
                *field.pat = syn::parse_quote_spanned!(span=> (#pattern));
            }
        }

        fn visit_expr_mut(&mut self, _: &mut syn::Expr) {}
    }
    let mut pattern = pattern.clone();
    crate::visit_mut::VisitMut::visit_pat_mut(&mut Hide(is_hidden), &mut pattern);
    pattern
}

fn hygienic(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}
