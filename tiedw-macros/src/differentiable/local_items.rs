//! Items within bodies. Where code of another place becomes part of a body, its names must not mean them.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Block, Item, Macro, Stmt, UseTree};

use super::checked::mentions;
use crate::visit::{self, Visit};

/// Macros that define nothing.
const EXPRESSIONS: [&str; 20] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "concat",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "matches",
    "panic",
    "print",
    "println",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// The names of items.
#[derive(Default)]
pub(super) struct LocalItems {
    names: Vec<String>,
    /// Whether there may be others, of a glob or a trait.
    has_others: bool,
    /// Whether there are macros of the user's, which may define some.
    has_macros: bool,
}

impl LocalItems {
    /// Those of a whole body.
    pub(super) fn of(body: &Block) -> Self {
        let mut items = LocalItems::default();
        items.visit_block(body);
        items
    }

    /// Those of blocks within a body, and all macros: its other items mean the same everywhere in it.
    pub(super) fn nested(body: &Block) -> Self {
        let mut items = LocalItems::default();
        for statement in &body.stmts {
            match statement {
                Stmt::Item(Item::Macro(definition)) => items.add(&Item::Macro(definition.clone())),
                Stmt::Item(_) => {}
                Stmt::Expr(expr, _) => items.visit_expr(expr),
                Stmt::Local(local) => items.visit_local(local),
                Stmt::Macro(_) => {}
            }
        }
        items.has_macros = false;
        items
    }

    pub(super) fn are_none(&self) -> bool {
        self.names.is_empty() && !self.has_others && !self.has_macros
    }

    /// What is or may be an item among the names in code.
    pub(super) fn named_in(&self, code: TokenStream) -> Option<String> {
        if self.has_others || self.has_macros {
            return Some(String::from("names"));
        }
        if self.names.is_empty() {
            return None;
        }
        code.into_iter().find_map(|token| match token {
            TokenTree::Ident(word) => Some(word.to_string()).filter(|word| self.names.contains(word)),
            TokenTree::Group(group) => self.named_in(group.stream()),
            _ => None,
        })
    }

    fn add(&mut self, item: &Item) {
        match item {
            Item::Const(item) => self.names.push(item.ident.to_string()),
            Item::Enum(item) => self.names.push(item.ident.to_string()),
            Item::Fn(item) => self.names.push(item.sig.ident.to_string()),
            Item::Macro(item) => self.names.extend(item.ident.as_ref().map(ToString::to_string)),
            Item::Mod(item) => self.names.push(item.ident.to_string()),
            Item::Static(item) => self.names.push(item.ident.to_string()),
            Item::Struct(item) => self.names.push(item.ident.to_string()),
            Item::Type(item) => self.names.push(item.ident.to_string()),
            Item::Use(import) => self.import(&import.tree),
            // An impl, or a trait, has methods.
            _ => self.has_others = true,
        }
    }

    fn import(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.import(&path.tree),
            UseTree::Name(name) => self.names.push(name.ident.to_string()),
            UseTree::Rename(import) if import.rename == "_" => self.has_others = true,
            UseTree::Rename(import) => self.names.push(import.rename.to_string()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree)),
            UseTree::Glob(_) => self.has_others = true,
        }
    }
}

impl<'ast> Visit<'ast> for LocalItems {
    fn visit_item(&mut self, item: &'ast Item) {
        self.add(item);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let is_known =
            call.path.get_ident().is_some_and(|name| EXPRESSIONS.iter().any(|known| name == known));
        self.has_macros |= !is_known;
        visit::visit_macro(self, call);
    }
}

/// Whether code has conditions under which parts of it are left out.
pub(super) fn is_conditional(block: &Block) -> bool {
    mentions(
        block,
        &|token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "cfg" || word == "cfg_attr"),
    )
}
