//! A function that a block within a body imports, and that takes a closure: the call runs again in the backward pass, where that import
//! is not in scope.

use crate::visit::{self, Visit};
use quote::ToTokens;
use syn::{Block, Expr, Item, Stmt};

use crate::errors::Errors;

pub(super) fn report(body: &Block, errors: &mut Errors) {
    let mut imported = Imported { depth: 0, names: Vec::new() };
    imported.visit_block(body);
    if imported.names.is_empty() {
        return;
    }
    let mut calls = Calls { names: &imported.names, errors, has_closure: false, found: None };
    calls.visit_block(body);
    if let Some(name) = calls.found.filter(|_| calls.has_closure) {
        calls.errors.at(
            &name,
            format_args!("`{name}` may take a closure, and is imported by a block: import it at the top of the body or of the file"),
        );
    }
}

/// The names in imports of inner blocks.
struct Imported {
    depth: usize,
    names: Vec<String>,
}

impl<'ast> Visit<'ast> for Imported {
    fn visit_block(&mut self, block: &'ast Block) {
        self.depth += 1;
        for stmt in &block.stmts {
            if let Stmt::Item(Item::Use(import)) = stmt
                && self.depth > 1
            {
                let text = import.tree.to_token_stream().to_string();
                let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
                self.names.extend(words.filter(|word| !word.is_empty()).map(String::from));
            }
        }
        visit::visit_block(self, block);
        self.depth -= 1;
    }
}

struct Calls<'n, 'e> {
    names: &'n [String],
    errors: &'e mut Errors,
    has_closure: bool,
    found: Option<syn::Ident>,
}

impl<'ast> Visit<'ast> for Calls<'_, '_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.has_closure |= matches!(expr, Expr::Closure(_));
        if let Expr::Call(call) = expr
            && let Expr::Path(function) = &*call.func
            && !call.args.is_empty()
        {
            let first = &function.path.segments[0].ident;
            if self.found.is_none() && self.names.contains(&first.to_string()) {
                self.found = Some(first.clone());
            }
        }
        visit::visit_expr(self, expr);
    }
}
