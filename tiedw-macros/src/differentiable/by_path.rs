//! Methods of the module and of its parts that are called by their path: `Self::encode(self, x)`, `Layer::forward(&self.fc, x)`.
//!
//! In the method, `self` is a view, whose parts are views, too. They have the methods, but not the traits.

use crate::visit::{self, Visit};
use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, ExprCall, ExprMethodCall, ImplItemFn, PathArguments, parse_quote};

/// Replaces such calls, and those of `std::iter::zip`, by calls with a receiver, in a body that may have `self`, the module.
///
/// A path such as `self::cells::step` loses its `self`, which is no module there.
pub(super) fn with_receivers(function: &mut ImplItemFn, has_self: bool) {
    let mut bound = Bound(Vec::new());
    bound.0.extend(idents(function.sig.to_token_stream()));
    bound.visit_block(&function.block);
    ByPath { has_self, bound: bound.0 }.visit_block_mut(&mut function.block);
}

struct ByPath {
    has_self: bool,
    /// What the function gives a name of its own.
    bound: Vec<Ident>,
}

struct Bound(Vec<Ident>);

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
        self.0.push(name.ident.clone());
        visit::visit_pat_ident(self, name);
    }

    fn visit_item(&mut self, item: &'ast syn::Item) {
        self.0.extend(idents(item.to_token_stream()));
    }
}

fn idents(tokens: TokenStream) -> Vec<Ident> {
    let each = tokens.into_iter().flat_map(|token| match token {
        TokenTree::Ident(name) => vec![name],
        TokenTree::Group(group) => idents(group.stream()),
        _ => Vec::new(),
    });
    each.collect()
}

impl VisitMut for ByPath {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Call(call) = expr
            && let Some(method) = with_receiver(call, self.has_self).or_else(|| zipped(call))
        {
            *expr = Expr::MethodCall(method);
        }
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        let is_own =
            path.leading_colon.is_none() && path.segments.len() > 1 && path.segments[0].ident == "self";
        if is_own && !self.bound.contains(&path.segments[1].ident) {
            path.segments = std::mem::take(&mut path.segments).into_iter().skip(1).collect();
        }
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

fn with_receiver(call: &ExprCall, has_self: bool) -> Option<ExprMethodCall> {
    let Expr::Path(function) = &*call.func else { return None };
    let mut segments = function.path.segments.iter().rev();
    let (method, owner) = (segments.next()?, segments.next()?);
    let is_type = owner.ident.to_string().starts_with(char::is_uppercase);
    let receiver = match call.args.first()? {
        Expr::Reference(part)
            if owner.ident != "Self" && part.mutability.is_none() && is_part(&part.expr) =>
        {
            part.expr.clone()
        }
        this if has_self && is_self(this) => Box::new(this.clone()),
        _ => return None,
    };
    if function.qself.is_some() || !is_type {
        return None;
    }
    let turbofish = match &method.arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments.clone()),
        _ => None,
    };
    Some(ExprMethodCall {
        attrs: Vec::new(),
        receiver,
        dot_token: Default::default(),
        method: method.ident.clone(),
        turbofish,
        paren_token: call.paren_token,
        args: call.args.iter().skip(1).cloned().collect(),
    })
}

/// The call of the method of iterators that `iter::zip(items, others)` stands for.
fn zipped(call: &ExprCall) -> Option<ExprMethodCall> {
    let Expr::Path(function) = &*call.func else { return None };
    let mut names = function.path.segments.iter().rev().map(|segment| &segment.ident);
    let (zip, module) = (names.next()?, names.next()?);
    if zip != "zip" || module != "iter" || call.args.len() != 2 {
        return None;
    }
    let (items, others) = (call.args.first()?, call.args.last()?);
    let (list, iter) = match items {
        Expr::Reference(lent) if lent.mutability.is_some() => (&*lent.expr, "iter_mut"),
        Expr::Reference(lent) => (&*lent.expr, "iter"),
        items => (items, "into_iter"),
    };
    let iter = Ident::new(iter, Span::mixed_site());
    let list = match list {
        Expr::Path(_) | Expr::MethodCall(_) | Expr::Call(_) | Expr::Field(_) | Expr::Index(_) => {
            quote!(#list)
        }
        list => quote!((#list)),
    };
    Some(parse_quote!(#list.#iter().#zip(#others)))
}

/// Whether an expression is a field or an element of `self`.
fn is_part(expr: &Expr) -> bool {
    match expr {
        Expr::Field(field) => is_part(&field.base) || is_self(&field.base),
        Expr::Index(index) => is_part(&index.expr),
        Expr::Paren(inner) => is_part(&inner.expr),
        _ => false,
    }
}

fn is_self(expr: &Expr) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident("self"))
}
