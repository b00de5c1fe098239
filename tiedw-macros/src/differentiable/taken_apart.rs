//! `let Net { fc, .. } = self`, which becomes `let fc = &self.fc`: in a body, `self` is the view.

use syn::visit_mut::{self, VisitMut};
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
        block.stmts =
            stmts.into_iter().flat_map(|stmt| self.fields(&stmt).unwrap_or_else(|| vec![stmt])).collect();
        visit_mut::visit_block_mut(self, block);
    }

    // The functions of an item have their own `self`.
    fn visit_item_mut(&mut self, _: &mut Item) {}
}

impl Apart {
    /// A statement for each field that a pattern names.
    fn fields(&self, stmt: &Stmt) -> Option<Vec<Stmt>> {
        let Stmt::Local(Local { pat: Pat::Struct(pattern), init: Some(init), attrs, .. }) = stmt else {
            return None;
        };
        let is_module = pattern.path.segments.last().is_some_and(|last| last.ident == self.module);
        let receiver = receiver(&init.expr)?;
        if !is_module || init.diverge.is_some() {
            return None;
        }
        let fields = pattern.fields.iter().map(|field| {
            let (member, pattern) = (&field.member, &field.pat);
            parse_quote!(#(#attrs)* let #pattern = &#receiver.#member;)
        });
        Some(fields.collect())
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
