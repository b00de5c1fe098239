//! Loops over a list of parts whose items are put into another list, or given to another name, as in
//! `for block in &self.blocks { chosen.push(block); }`: they become loops over the indices, so that the item has a place.

use proc_macro2::Ident;
use syn::{Expr, ExprForLoop, Pat, Stmt, UnOp};

use super::super::Lower;
use super::super::borrowed::in_block;
use super::super::expression::itself;
use super::inlined_names;
use crate::visit::{self, Visit};
use crate::visit_mut::{self, VisitMut};

impl Lower<'_> {
    /// The statements with such loops over indices, and the items named by their places; `None` if there are no such loops.
    pub(super) fn with_loops_by_index(&mut self, stmts: &[Stmt]) -> Option<Vec<Stmt>> {
        let mut found = Found { lower: self, is_found: false };
        for stmt in stmts {
            match stmt {
                Stmt::Local(local) => found.visit_local(local),
                Stmt::Expr(expr, _) => found.visit_expr(expr),
                Stmt::Item(_) | Stmt::Macro(_) => {}
            }
        }
        if !found.is_found {
            return None;
        }
        let mut body = in_block(stmts.to_vec());
        Loops(self).visit_expr_mut(&mut body);
        inlined_names::replace(&mut body);
        match body {
            Expr::Block(body) => Some(body.block.stmts),
            _ => None,
        }
    }

    /// The list of a loop whose items are kept, and that has places for them.
    fn kept_items(&self, each: &ExprForLoop) -> Option<Expr> {
        let (mut iterator, mut pattern) = (each.expr.clone(), each.pat.clone());
        let (source, item) = source(&mut iterator, &mut pattern)?;
        let list = match source {
            Expr::MethodCall(call) => itself(&call.receiver),
            source => itself(source),
        };
        let Pat::Ident(name) = item else { return None };
        let mut kept = Kept { name: &name.ident, is_kept: false };
        kept.visit_block(&each.body);
        let is_list = kept.is_kept
            && inlined_names::is_field(list)
            && self.type_of_part(list).is_some_and(|ty| ty.starts_with('['));
        is_list.then(|| list.clone())
    }
}

/// The list or its iterator in the head of a loop, and the pattern of an item.
fn source<'e>(iterator: &'e mut Expr, pattern: &'e mut Pat) -> Option<(&'e mut Expr, &'e mut Pat)> {
    match iterator {
        Expr::Reference(list) if list.mutability.is_none() => Some((iterator, pattern)),
        Expr::MethodCall(call) => match (&*call.method.to_string(), call.args.len()) {
            ("iter", 0) => Some((iterator, pattern)),
            ("rev", 0) | ("skip" | "take" | "step_by", 1) => {
                let Expr::MethodCall(call) = iterator else { return None };
                source(&mut call.receiver, pattern)
            }
            ("enumerate", 0) => {
                let (Expr::MethodCall(call), Pat::Tuple(pair)) = (iterator, pattern) else { return None };
                source(&mut call.receiver, pair.elems.get_mut(1)?)
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether there are such loops.
struct Found<'f, 'l> {
    lower: &'f Lower<'l>,
    is_found: bool,
}

impl<'ast> Visit<'ast> for Found<'_, '_> {
    fn visit_expr_for_loop(&mut self, each: &'ast ExprForLoop) {
        self.is_found |= self.lower.kept_items(each).is_some();
        visit::visit_expr_for_loop(self, each);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

struct Loops<'f, 'l>(&'f mut Lower<'l>);

impl VisitMut for Loops<'_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let Expr::ForLoop(each) = expr else { return };
        let Some(list) = self.0.kept_items(each) else { return };
        let Some((source, item)) = source(&mut each.expr, &mut each.pat) else { return };
        let place = self.0.fresh("place");
        *source = syn::parse_quote!((0..#list.len()));
        let item = std::mem::replace(item, syn::parse_quote!(#place));
        each.body.stmts.insert(0, syn::parse_quote!(let #item = &#list[#place];));
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Whether an item is put into a list, or given to another name.
struct Kept<'n> {
    name: &'n Ident,
    is_kept: bool,
}

impl Kept<'_> {
    fn is_it(&self, part: &Expr) -> bool {
        match part {
            Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)) => self.is_it(&inner.expr),
            part => super::is_name(part, self.name),
        }
    }
}

impl<'ast> Visit<'ast> for Kept<'_> {
    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        self.is_kept |= self.is_it(&assign.right);
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let is_filling = call.method == "push" || call.method == "insert";
        self.is_kept |= is_filling && call.args.last().is_some_and(|part| self.is_it(part));
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
