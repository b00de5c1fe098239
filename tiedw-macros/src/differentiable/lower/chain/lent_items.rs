//! Closures that return a part of their item, as `filter_map(|slot| slot.as_ref())`. What they name must live as long as the
//! item, so it is bound beside the item, not in a block.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, ExprClosure, Pat, PatIdent, ReturnType};

use crate::differentiable::lower::Lower;
use crate::differentiable::lower::expression::itself;
use crate::differentiable::lower::free;
use crate::visit_mut::{self, VisitMut};

/// The methods that return a part of what they are called on.
const PARTS: [&str; 8] = ["as_ref", "first", "last", "get", "split_first", "split_last", "iter", "as_slice"];

impl Lower<'_> {
    /// The code of what a function returns for an item, and of what must be bound before it.
    pub(super) fn applied_to_item(
        &mut self,
        function: &Expr,
        item: &Ident,
    ) -> Option<(TokenStream, TokenStream)> {
        match function {
            Expr::Closure(closure) if returns_part(closure) => {
                if let Some(code) = self.beside_item(closure, item) {
                    return Some(code);
                }
            }
            Expr::Path(path) => {
                let mut segments = path.path.segments.iter().rev().map(|segment| &segment.ident);
                if let (Some(method), Some(owner)) = (segments.next(), segments.next())
                    && owner == "Option"
                    && method == "as_ref"
                {
                    return Some((TokenStream::new(), quote!(#item.#method())));
                }
            }
            _ => {}
        }
        Some((TokenStream::new(), self.applied(function, [item.to_token_stream()])?))
    }

    fn beside_item(&mut self, closure: &ExprClosure, item: &Ident) -> Option<(TokenStream, TokenStream)> {
        let mut pattern = closure.inputs[0].clone();
        let names: Vec<(Ident, Ident)> = free::bound(&pattern)
            .into_iter()
            .map(|name| {
                let other = self.fresh("part");
                (name, other)
            })
            .collect();
        let other = |name: &Ident| names.iter().find(|(own, _)| own == name).map(|(_, other)| other);
        let mut body = (*closure.body).clone();
        let in_macros = free::replace(&mut body, &mut |name| {
            let other = other(name)?;
            Some(syn::parse_quote!(#other))
        });
        if in_macros.iter().any(|name| other(name).is_some()) {
            return None;
        }
        Renamed(&names).visit_pat_mut(&mut pattern);
        Some((quote!(let #pattern = #item;), body.to_token_stream()))
    }
}

fn returns_part(closure: &ExprClosure) -> bool {
    let is_plain = matches!(closure.output, ReturnType::Default) && closure.inputs.len() == 1;
    let has_names_alone =
        closure.inputs.iter().all(|pattern| matches!(pattern, Pat::Ident(_) | Pat::Tuple(_)));
    is_plain
        && has_names_alone
        && matches!(itself(&closure.body), Expr::MethodCall(call) if PARTS.contains(&&*call.method.to_string()))
}

/// Gives the names of a pattern others.
pub(in crate::differentiable::lower) struct Renamed<'n>(
    pub(in crate::differentiable::lower) &'n [(Ident, Ident)],
);

impl VisitMut for Renamed<'_> {
    fn visit_pat_ident_mut(&mut self, pattern: &mut PatIdent) {
        if let Some((_, other)) = self.0.iter().find(|(name, _)| *name == pattern.ident) {
            pattern.ident = other.clone();
        }
        visit_mut::visit_pat_ident_mut(self, pattern);
    }
}
