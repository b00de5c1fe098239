//! Lowering of statements, items and macros.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Item, Pat, Stmt, UseTree};

use super::Lower;
use super::assign::compound;
use super::order;
use crate::differentiable::model::{Operand, Step};
use crate::differentiable::scope::Binding;
use crate::differentiable::taken_apart::is_check;
use crate::differentiable::this::is_self;
use crate::errors::Errors;

impl Lower<'_> {
    pub(super) fn stmt(&mut self, stmt: &Stmt) {
        if self.marked(stmt) {
            return;
        }
        if let Some(stmts) = self.assigned_place(stmt) {
            return stmts.iter().for_each(|stmt| self.stmt(stmt));
        }
        match stmt {
            Stmt::Local(local) => self.local(local),
            Stmt::Item(Item::Macro(item)) => {
                let item = self.macro_rules(item);
                self.plain(item);
            }
            Stmt::Item(item) => {
                self.plain(item);
                if let Item::Use(item) = item
                    && let Some(star) = glob(&item.tree)
                {
                    self.hides_none(star);
                }
            }
            Stmt::Macro(mac) if self.asserted(&mac.mac) => {}
            Stmt::Macro(mac) if let Some(code) = self.printed(&mac.mac) => self.plain(code),
            Stmt::Macro(mac) => {
                let shown = self.statement(mac.mac.to_token_stream());
                self.plain(shown);
            }
            stmt if is_check(stmt) => {}
            // A semicolon alone.
            Stmt::Expr(Expr::Verbatim(tokens), Some(_)) if tokens.is_empty() => {}
            Stmt::Expr(Expr::Assign(assign), _) => {
                self.assign(&assign.left, |this| this.expr(&assign.right), stmt)
            }
            Stmt::Expr(Expr::Binary(binary), _) if compound(&binary.op).is_some() => {
                let Some(op) = compound(&binary.op) else { return };
                if self.is_plain(&binary.left) && self.is_plain(&binary.right) {
                    let shown = self.shown(stmt.to_token_stream());
                    return self.plain(shown);
                }
                if let Some(index) = order::moving_index(&binary.left, &binary.right) {
                    return self.errors.at(
                        index,
                        "this index is read and written, and something changes it in between; bind it before with `let`",
                    );
                }
                let mut binary = binary.clone();
                self.fix_indices(&mut binary.left);
                let binary = &binary;
                self.assign(
                    &binary.left,
                    |this| this.operator(&binary.left, &op, &binary.right, binary),
                    stmt,
                );
            }
            Stmt::Expr(expr, _) => {
                let Operand { expr, .. } = self.expr(expr);
                if !self.steps.last().is_some_and(Step::diverges) {
                    self.plain(quote!(let _ = #expr;));
                }
            }
        }
    }

    /// Binds the names of a pattern to values that carry no gradient, and returns the names.
    pub(super) fn bind_plain(&mut self, pattern: &Pat) -> Vec<Ident> {
        struct Names<'e>(Vec<Ident>, &'e mut Errors);
        impl<'ast> crate::visit::Visit<'ast> for Names<'_> {
            fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
                self.0.push(pattern.ident.clone());
                crate::visit::visit_pat_ident(self, pattern);
            }

            fn visit_macro(&mut self, mac: &'ast syn::Macro) {
                self.1.at(
                    mac,
                    "the names that a macro binds in a pattern are not known here; write the pattern",
                );
            }

            fn visit_expr(&mut self, _: &'ast Expr) {}
        }
        let mut names = Names(Vec::new(), &mut *self.errors);
        crate::visit::Visit::visit_pat(&mut names, pattern);
        let Names(names, _) = names;
        for name in &names {
            self.scope.bind(name, Binding::Plain);
        }
        names
    }

    /// Remembers that the types of names are not written.
    pub(super) fn mark_untyped(&mut self, names: &[Ident]) {
        for name in names {
            self.untyped.extend(self.scope.number(&name.to_string()));
        }
    }

    /// Asserts that a glob import brings in no constant with the name of a variable, which it would shadow:
    /// in a pattern, a variable name matches anything, but a constant does not.
    fn hides_none(&mut self, star: Span) {
        let hidden: BTreeSet<&str> = self.scope.names().filter(|name| self.is_hidden(name)).collect();
        let name = |name: &str| match name.strip_prefix("r#") {
            Some(raw) => Ident::new_raw(raw, star),
            None => Ident::new(name, star),
        };
        let names: Vec<Ident> = hidden.into_iter().filter(|name| !is_self(name)).map(name).collect();
        self.plain(quote_spanned!(star=> if false { #(let #names = (); _ = #names;)* }));
    }

    /// Binds the items of a block that shadow a variable of the same name.
    pub(super) fn bind_items(&mut self, block: &syn::Block) {
        let mut names = Vec::new();
        for stmt in &block.stmts {
            match stmt {
                Stmt::Item(Item::Const(item)) => names.push(item.ident.clone()),
                Stmt::Item(Item::Static(item)) => names.push(item.ident.clone()),
                Stmt::Item(Item::Fn(item)) => names.push(item.sig.ident.clone()),
                Stmt::Item(Item::Struct(item)) => names.push(item.ident.clone()),
                Stmt::Item(Item::Use(item)) => imported(&item.tree, &mut names),
                _ => {}
            }
        }
        for name in names {
            if self.scope.get(&name.to_string()).is_some() {
                self.scope.bind(&name, Binding::Plain);
            }
        }
    }
}

/// Returns the span of the `*` of a glob import.
fn glob(tree: &UseTree) -> Option<Span> {
    match tree {
        UseTree::Path(path) => glob(&path.tree),
        UseTree::Group(group) => group.items.iter().find_map(glob),
        UseTree::Glob(glob) => Some(glob.star_token.span()),
        UseTree::Name(_) | UseTree::Rename(_) => None,
    }
}

/// Collects the names that a `use` imports.
fn imported(tree: &UseTree, names: &mut Vec<Ident>) {
    match tree {
        UseTree::Path(path) => imported(&path.tree, names),
        UseTree::Name(name) => names.push(name.ident.clone()),
        UseTree::Rename(rename) => names.push(rename.rename.clone()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| imported(tree, names)),
        UseTree::Glob(_) => {}
    }
}

/// Returns the source position of a name, which distinguishes `let` bindings of the same name.
pub(super) fn place(name: &Ident) -> String {
    format!("{name} {:?}", name.span())
}
