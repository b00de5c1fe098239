//! Parts of the module: paths of fields and indices that start at `self`.

use proc_macro2::{Delimiter, Group, Ident, Span};
use quote::{ToTokens, format_ident, quote};
use syn::Expr;

use super::Lower;
use crate::differentiable::model::Step;
use crate::differentiable::scope::{Binding, ModulePath};
use crate::differentiable::this::is_self;

impl Lower<'_> {
    /// Returns the part of the module that an expression refers to.
    pub(super) fn module_path(&mut self, expr: &Expr) -> Option<ModulePath> {
        match expr {
            Expr::Path(path) => {
                let ident = path.path.get_ident()?;
                let name = ident.to_string();
                if is_self(&name) {
                    return Some(ModulePath::itself(ident));
                }
                match self.scope.get(&name) {
                    Some(Binding::Module(module)) => Some(module.clone()),
                    _ => None,
                }
            }
            Expr::Paren(inner) => self.module_path(&inner.expr),
            Expr::Reference(inner) => self.module_path(&inner.expr),
            Expr::Field(field) => Some(self.module_path(&field.base)?.field(field.dot_token, &field.member)),
            Expr::Index(access) => {
                let base = self.module_path(&access.expr)?;
                let index = &access.index;
                if matches!(**index, Expr::Lit(_)) {
                    return Some(base.element(brackets(index)));
                }
                let name = self.index();
                let value = self.plain_expr(index, "an index does not").expr;
                self.steps.push(Step::Index { name: name.clone(), value });
                // A range is not `Copy`.
                Some(base.element(brackets(&quote!(__Clone::clone(&#name)))))
            }
            _ => None,
        }
    }

    /// Returns a new name for an index that the backward pass needs again.
    pub(super) fn index(&mut self) -> Ident {
        self.indices += 1;
        format_ident!("index{}", self.indices, span = Span::mixed_site())
    }
}

pub(super) fn brackets(index: &impl ToTokens) -> Group {
    Group::new(Delimiter::Bracket, index.to_token_stream())
}

/// Whether an expression is a name, a field or an index, possibly in parentheses or behind references.
pub(super) fn is_module_alias(expr: &Expr) -> bool {
    match expr {
        Expr::Reference(inner) => is_module_alias(&inner.expr),
        Expr::Paren(inner) => is_module_alias(&inner.expr),
        Expr::Field(_) | Expr::Index(_) | Expr::Path(_) => true,
        _ => false,
    }
}
