//! A closure with variables of its own, as in `let f = { let k = k.clone(); move |x| x * k };`.

use proc_macro2::Ident;
use syn::{Expr, ExprBlock, ExprClosure, Local, Stmt};

use super::Lower;
use super::chain::lent_items::Renamed;
use super::free;
use crate::visit_mut::VisitMut;

impl Lower<'_> {
    /// Declares such variables under names that nothing shadows, and returns the closure; `None` if it is another block.
    pub(super) fn closure_in_block(&mut self, block: &ExprBlock) -> Option<ExprClosure> {
        let [lets @ .., Stmt::Expr(Expr::Closure(closure), None)] = &block.block.stmts[..] else {
            return None;
        };
        let lets: Vec<Local> = lets.iter().map(variable).collect::<Option<_>>()?;
        if block.label.is_some() {
            return None;
        }
        let mut names: Vec<(Ident, Ident)> = Vec::new();
        let mut renamed = Vec::new();
        for mut local in lets {
            if let Some(init) = &mut local.init {
                rename(&mut init.expr, &names)?;
            }
            for name in free::bound(&local.pat) {
                let other = self.fresh("own");
                names.retain(|(known, _)| *known != name);
                names.push((name, other));
            }
            Renamed(&names).visit_pat_mut(&mut local.pat);
            renamed.push(Stmt::Local(local));
        }
        let mut closure = Expr::Closure(closure.clone());
        rename(&mut closure, &names)?;
        renamed.iter().for_each(|statement| self.stmt(statement));
        match closure {
            Expr::Closure(closure) => Some(closure),
            _ => None,
        }
    }
}

/// Whether the value of a block is a closure.
pub(super) fn ends_in_closure(block: &ExprBlock) -> bool {
    matches!(block.block.stmts.last(), Some(Stmt::Expr(Expr::Closure(_), None)))
}

/// A `let` with a start, and without `else`.
fn variable(statement: &Stmt) -> Option<Local> {
    match statement {
        Stmt::Local(local) if local.init.as_ref().is_some_and(|init| init.diverge.is_none()) => {
            Some(local.clone())
        }
        _ => None,
    }
}

/// Gives names others; `None` if a macro may use one.
fn rename(expr: &mut Expr, names: &[(Ident, Ident)]) -> Option<()> {
    let other = |name: &Ident| names.iter().find(|(own, _)| own == name).map(|(_, other)| other);
    let in_macros = free::replace(expr, &mut |name| {
        let other = other(name)?;
        Some(syn::parse_quote!(#other))
    });
    in_macros.iter().all(|name| other(name).is_none()).then_some(())
}
