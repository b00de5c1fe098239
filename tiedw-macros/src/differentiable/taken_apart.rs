//! `let Net { fc, .. } = self` and `let Block { fc, .. } = &self.block`, which become `let fc = &self.fc` and so on: in a body,
//! `self` is the view, and has views as fields.

use crate::visit_mut::{self, VisitMut};
use quote::ToTokens;
use syn::{Block, Expr, ExprPath, Ident, ImplItem, Item, ItemImpl, Local, Pat, Stmt, Type, parse_quote};

/// Replaces such statements in the methods of a block.
pub(super) fn replace(block: &mut ItemImpl) {
    let Type::Path(module) = &*block.self_ty else { return };
    let Some(name) = module.path.segments.last().map(|last| last.ident.clone()) else { return };
    let mut apart = Apart { module: name };
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member {
            apart.visit_block_mut(&mut function.block);
        }
    }
}

struct Apart {
    module: Ident,
}

impl VisitMut for Apart {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let stmts = std::mem::take(&mut block.stmts);
        block.stmts = stmts.into_iter().flat_map(|stmt| self.taken_apart(stmt)).collect();
        visit_mut::visit_block_mut(self, block);
    }

    // The functions of an item have their own `self`.
    fn visit_item_mut(&mut self, _: &mut Item) {}
}

impl Apart {
    fn taken_apart(&self, stmt: Stmt) -> Vec<Stmt> {
        match self.fields(&stmt) {
            Some(fields) => fields.into_iter().flat_map(|field| self.taken_apart(field)).collect(),
            None => vec![stmt],
        }
    }

    /// A statement for each field that a pattern names.
    fn fields(&self, stmt: &Stmt) -> Option<Vec<Stmt>> {
        let Stmt::Local(Local { pat: Pat::Struct(pattern), init: Some(init), attrs, .. }) = stmt else {
            return None;
        };
        if init.diverge.is_some() {
            return None;
        }
        let name = &pattern.path.segments.last()?.ident;
        let whole = match receiver(&init.expr) {
            Some(this) if *name == self.module => this.to_token_stream(),
            Some(_) => return None,
            // A variant comes after its enum.
            None if pattern.path.segments.len() > 1 => return None,
            None => part(&init.expr)?.to_token_stream(),
        };
        let fields = pattern.fields.iter().map(|field| {
            let (member, pattern) = (&field.member, &field.pat);
            parse_quote!(#(#attrs)* let #pattern = &#whole.#member;)
        });
        Some(fields.collect())
    }
}

/// The part of `self` in `&self.block.inner`.
fn part(expr: &Expr) -> Option<&Expr> {
    fn starts_at_self(expr: &Expr) -> bool {
        match expr {
            Expr::Field(field) => starts_at_self(&field.base),
            Expr::Index(index) => matches!(*index.index, Expr::Lit(_)) && starts_at_self(&index.expr),
            expr => matches!(expr, Expr::Path(path) if path.path.is_ident("self")),
        }
    }
    match expr {
        Expr::Reference(reference) if reference.mutability.is_none() => {
            Some(&*reference.expr).filter(|part| starts_at_self(part))
        }
        _ => None,
    }
}

/// `self`, possibly behind references.
fn receiver(expr: &Expr) -> Option<&ExprPath> {
    match expr {
        Expr::Path(path) if path.path.is_ident("self") => Some(path),
        Expr::Paren(inner) => receiver(&inner.expr),
        Expr::Reference(inner) => receiver(&inner.expr),
        Expr::Unary(inner) => receiver(&inner.expr),
        _ => None,
    }
}
