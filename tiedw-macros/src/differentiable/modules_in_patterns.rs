//! Patterns of modules inside of others: `if let Some(Lora { a, b }) = &self.lora { .. }` is read as
//! `if let Some(lora) = &self.lora { let Lora { a, b } = lora; .. }`.

use proc_macro2::Span;
use quote::format_ident;
use syn::{
    Block, Expr, ExprBlock, Ident, ImplItem, Item, ItemImpl, Local, Pat, PatStruct, Stmt, Type, parse_quote,
    parse_quote_spanned,
};

use super::declared;
use crate::visit_mut::{self, VisitMut};

/// Replaces such patterns in the methods of a block.
pub(super) fn replace(block: &mut ItemImpl) {
    if !matches!(&*block.self_ty, Type::Path(_)) {
        return;
    }
    let mut patterns = Patterns { at: block.impl_token.span, count: 0 };
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member {
            patterns.visit_block_mut(&mut function.block);
        }
    }
}

/// Whether a name stands for a module that a pattern takes apart.
pub(super) fn is_taken(name: &Ident) -> bool {
    name.to_string().starts_with(TAKEN)
}

const TAKEN: &str = "__taken";

struct Patterns {
    /// A token beside which the modules may be defined.
    at: Span,
    count: usize,
}

impl VisitMut for Patterns {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let stmts = std::mem::take(&mut block.stmts);
        for mut stmt in stmts {
            let mut after = Vec::new();
            if let Stmt::Local(Local { pat, init: Some(_), .. }) = &mut stmt
                && !matches!(pat, Pat::Struct(_))
            {
                self.name(pat, &mut after);
            }
            block.stmts.push(stmt);
            block.stmts.extend(after);
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::If(branch) => {
                if let Expr::Let(binding) = &mut *branch.cond {
                    self.name_before(&mut binding.pat, &mut branch.then_branch);
                }
            }
            Expr::While(inner) => {
                if let Expr::Let(binding) = &mut *inner.cond {
                    self.name_before(&mut binding.pat, &mut inner.body);
                }
            }
            Expr::ForLoop(inner) => self.name_before(&mut inner.pat, &mut inner.body),
            Expr::Match(branch) => {
                for arm in &mut branch.arms {
                    self.name_before_expr([&mut arm.pat], &mut arm.body);
                }
            }
            Expr::Closure(closure) => self.name_before_expr(&mut closure.inputs, &mut closure.body),
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    // The functions of an item have their own `self`.
    fn visit_item_mut(&mut self, _: &mut Item) {}
}

impl Patterns {
    fn name_before(&mut self, pattern: &mut Pat, block: &mut Block) {
        let mut lets = Vec::new();
        self.name(pattern, &mut lets);
        block.stmts.splice(..0, lets);
    }

    fn name_before_expr<'p>(&mut self, patterns: impl IntoIterator<Item = &'p mut Pat>, body: &mut Expr) {
        let mut lets = Vec::new();
        patterns.into_iter().for_each(|pattern| self.name(pattern, &mut lets));
        match body {
            _ if lets.is_empty() => {}
            Expr::Block(ExprBlock { block, label: None, .. }) => {
                block.stmts.splice(..0, lets);
            }
            body => *body = parse_quote!({ #(#lets)* #body }),
        }
    }

    /// Gives each module in a pattern a name, with a statement that takes it apart.
    fn name(&mut self, pattern: &mut Pat, lets: &mut Vec<Stmt>) {
        match pattern {
            Pat::Struct(whole) if self.is_module(whole) => {
                self.count += 1;
                let span = whole.path.segments[0].ident.span();
                let name = format_ident!("{TAKEN}{}", self.count, span = Span::mixed_site().located_at(span));
                let whole = whole.clone();
                *pattern = parse_quote!(#name);
                lets.push(parse_quote_spanned!(span=> let #whole = #name;));
            }
            Pat::Paren(inner) => self.name(&mut inner.pat, lets),
            Pat::Reference(inner) => self.name(&mut inner.pat, lets),
            Pat::Type(typed) => self.name(&mut typed.pat, lets),
            Pat::Tuple(parts) => parts.elems.iter_mut().for_each(|part| self.name(part, lets)),
            Pat::TupleStruct(parts) => parts.elems.iter_mut().for_each(|part| self.name(part, lets)),
            Pat::Slice(parts) => parts.elems.iter_mut().for_each(|part| self.name(part, lets)),
            _ => {}
        }
    }

    fn is_module(&self, pattern: &PatStruct) -> bool {
        match pattern.path.get_ident() {
            Some(name) => declared::names_module(name, self.at),
            None => false,
        }
    }
}
