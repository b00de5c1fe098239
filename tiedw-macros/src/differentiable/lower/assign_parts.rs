//! Assignments to the parts of a list, a struct or a variant: `State { h, .. } = state;`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, Pat};

use super::Lower;
use crate::differentiable::model::Operand;

impl Lower<'_> {
    /// Assigns the parts of a list, a struct or a variant, or of a tuple with `..`.
    pub(super) fn assign_parts(&mut self, left: &Expr, value: Operand) {
        let mut places = Vec::new();
        let Some(pattern) = self.pattern_of(left, &mut places) else {
            return self
                .errors
                .at(left, "this place cannot be assigned; assign to a variable, a field or an element");
        };
        if value.is_plain() {
            let expr = value.expr;
            self.plain(quote!(let #pattern = #expr;));
            let _ = self.bind_plain(&pattern);
        } else {
            let value = self.placed(value);
            let (pattern, names) = self.value_pattern(&pattern, &value.target);
            let expr = value.expr;
            self.plain(quote!(let #pattern = #expr;));
            let before = std::mem::take(&mut self.bound);
            self.steps.extend(before.into_iter().chain(names));
        }
        for (name, place) in places {
            let part = self.expr(&syn::parse_quote!(#name));
            self.assign_to(place, part);
        }
    }

    /// The pattern that has a new name for each place, with the names and the places.
    fn pattern_of<'e>(&mut self, left: &'e Expr, places: &mut Vec<(Ident, &'e Expr)>) -> Option<Pat> {
        let span = left.span();
        let mut all = |elements: &'e syn::punctuated::Punctuated<Expr, syn::Token![,]>| {
            let patterns = elements.iter().map(|element| self.pattern_of(element, places));
            patterns.collect::<Option<Vec<_>>>()
        };
        Some(match left {
            left if is_rest(left) => syn::parse_quote_spanned!(span=> ..),
            Expr::Infer(_) => syn::parse_quote_spanned!(span=> _),
            Expr::Paren(inner) => return self.pattern_of(&inner.expr, places),
            Expr::Tuple(tuple) => {
                let parts = all(&tuple.elems)?;
                syn::parse_quote_spanned!(span=> (#(#parts,)*))
            }
            Expr::Array(list) => {
                let parts = all(&list.elems)?;
                syn::parse_quote_spanned!(span=> [#(#parts),*])
            }
            Expr::Call(variant) => {
                let (path, parts) = (&variant.func, all(&variant.args)?);
                syn::parse_quote_spanned!(span=> #path(#(#parts),*))
            }
            Expr::Struct(whole) if whole.rest.is_none() => {
                let (path, mut fields) = (&whole.path, TokenStream::new());
                for field in &whole.fields {
                    let (member, part) = (&field.member, self.pattern_of(&field.expr, places)?);
                    fields.extend(quote!(#member: #part,));
                }
                let rest = &whole.dot2_token;
                syn::parse_quote_spanned!(span=> #path { #fields #rest })
            }
            place => {
                let name = self.fresh("assigned");
                let pattern = syn::parse_quote!(#name);
                places.push((name, place));
                pattern
            }
        })
    }
}

/// Whether an expression is the `..` of an assignment to parts.
pub(super) fn is_rest(expr: &Expr) -> bool {
    matches!(expr, Expr::Range(range) if range.start.is_none() && range.end.is_none())
}
