//! Resolution of `Self`, which is the module also in a method that moves to the view.

use crate::visit_mut::{self, VisitMut};
use quote::quote_spanned;
use syn::{Expr, ItemImpl, Path, PathArguments, Type, parse_quote};

/// Replaces `Self` by the module's type.
pub(super) struct OwnType<'t> {
    pub(super) module: &'t Type,
    /// The types of `Self::Name` in the block of a trait.
    pub(super) associated: &'t [(String, &'t Type)],
}

impl OwnType<'_> {
    pub(super) fn replace(&mut self, item: &mut ItemImpl) {
        for member in &mut item.items {
            self.visit_impl_item_mut(member);
        }
    }
}

impl VisitMut for OwnType<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(path) = ty
            && path.qself.is_none()
            && path.path.segments.first().is_some_and(|first| first.ident == "Self")
        {
            let own = self.module;
            let rest: Vec<_> = path.path.segments.iter().skip(1).collect();
            let associated =
                self.associated.iter().find(|(name, _)| rest.len() == 1 && rest[0].ident == name);
            *ty = match associated {
                Some((_, associated)) => (*associated).clone(),
                None if rest.is_empty() => own.clone(),
                None => parse_quote!(<#own>::#(#rest)::*),
            };
            return;
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Path(path) = expr
            && path.qself.is_none()
            && path.path.segments.len() > 1
            && path.path.segments[0].ident == "Self"
        {
            let (own, span) = (self.module, path.path.segments[0].ident.span());
            let rest = path.path.segments.iter().skip(1);
            let named = match own {
                Type::Path(own) => own.path.get_ident(),
                _ => None,
            };
            let path = match named {
                Some(name) => {
                    let mut name = name.clone();
                    name.set_span(name.span().located_at(span));
                    quote_spanned!(span=> #name::#(#rest)::*)
                }
                None => quote_spanned!(span=> <#own>::#(#rest)::*),
            };
            *expr = parse_quote!(#path);
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    // `Self { .. }`, `Self(..)` and patterns of them name the fields of the type.
    fn visit_path_mut(&mut self, path: &mut Path) {
        if let (true, Type::Path(own)) = (path.is_ident("Self"), self.module) {
            let span = path.segments[0].ident.span();
            *path = own.path.clone();
            if let Some(last) = path.segments.last_mut() {
                last.arguments = PathArguments::None;
                last.ident.set_span(last.ident.span().located_at(span));
            }
            return;
        }
        visit_mut::visit_path_mut(self, path);
    }

    // An item inside a body has its own `Self`.
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
