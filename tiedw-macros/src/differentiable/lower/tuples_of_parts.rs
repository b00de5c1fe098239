//! Tuples with parts of the module: a list of them, as in `for (layer, by) in [(&self.a, 0.5), (&self.b, 1.0)]`, becomes lists side
//! by side, and `let (Some(a), Some(b)) = (&self.a, &self.b) else { .. }` one `let` after the other.

use syn::{Expr, ExprForLoop, ExprTuple, Pat, Stmt, parse_quote};

use super::Lower;
use super::branch::is_some;
use super::free;
use super::module_path::is_part;
use crate::differentiable::mentions::is_query;

impl Lower<'_> {
    /// A loop over a list of tuples with parts, as one over lists side by side.
    pub(super) fn loop_side_by_side(&self, for_loop: &ExprForLoop) -> Option<ExprForLoop> {
        let Pat::Tuple(pattern) = &*for_loop.pat else { return None };
        let columns = self.columns(list(&for_loop.expr)?)?;
        if columns.len() != pattern.elems.len()
            || pattern.elems.iter().any(|part| matches!(part, Pat::Rest(_)))
        {
            return None;
        }
        let mut columns =
            columns.into_iter().map(|column| -> Expr { parse_quote!([#(#column),*].into_iter()) });
        let mut patterns = pattern.elems.iter().cloned();
        let (mut lists, mut names) = (columns.next()?, patterns.next()?);
        for (column, pattern) in columns.zip(patterns) {
            lists = parse_quote!(#lists.zip(#column));
            names = parse_quote!((#names, #pattern));
        }
        Some(ExprForLoop { expr: Box::new(lists), pat: Box::new(names), ..for_loop.clone() })
    }

    /// The items of a list of tuples by their position in the tuples, if some are parts.
    fn columns(&self, list: &syn::ExprArray) -> Option<Vec<Vec<Expr>>> {
        let tuples: Vec<&ExprTuple> = list
            .elems
            .iter()
            .map(|element| match element {
                Expr::Tuple(tuple) => Some(tuple),
                _ => None,
            })
            .collect::<Option<_>>()?;
        let count = tuples.first()?.elems.len();
        if tuples.iter().any(|tuple| tuple.elems.len() != count) {
            return None;
        }
        let column = |position: usize| tuples.iter().map(|tuple| tuple.elems[position].clone()).collect();
        let columns: Vec<Vec<Expr>> = (0..count).map(column).collect();
        let has_parts = |column: &Vec<Expr>| column.iter().all(|item| is_part(self, item));
        let is_orderless =
            |column: &Vec<Expr>| column.iter().all(|item| !is_part(self, item) && is_simple(item));
        let is_known = columns.iter().all(|column| has_parts(column) || is_orderless(column));
        (columns.iter().any(has_parts) && is_known).then_some(columns)
    }

    /// The statements in place of `let (Some(a), true) = (&self.a, deep) else { .. };`, if that takes parts.
    pub(super) fn let_one_by_one(&mut self, local: &syn::Local) -> Option<Vec<Stmt>> {
        let init = local.init.as_ref()?;
        let (_, otherwise) = init.diverge.as_ref()?;
        let (Pat::Tuple(pattern), Expr::Tuple(values)) = (&local.pat, &*init.expr) else { return None };
        let is_option = |pattern: &Pat| matches!(pattern, Pat::TupleStruct(some) if is_some(&some.path));
        let parts: Vec<_> = values.elems.iter().map(|value| is_part(self, value)).collect();
        let takes_part =
            pattern.elems.iter().zip(&parts).any(|(pattern, is_part)| is_option(pattern) && *is_part);
        if pattern.elems.len() != values.elems.len() || !takes_part {
            return None;
        }
        // A part that is found by a name must not see what an earlier pattern binds.
        let hides = |position: usize| {
            let names: Vec<_> = pattern.elems.iter().take(position).flat_map(free::bound).collect();
            free::names(&values.elems[position]).iter().any(|name| names.contains(name))
        };
        if (0..parts.len()).any(|position| parts[position] && hides(position)) {
            return None;
        }
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for ((pattern, value), is_part) in pattern.elems.iter().zip(&values.elems).zip(parts) {
            let value: Expr = match is_part {
                true => value.clone(),
                false => {
                    let name = self.fresh("value");
                    before.push(parse_quote!(let #name = #value;));
                    parse_quote!(#name)
                }
            };
            let is_irrefutable = matches!(pattern, Pat::Ident(_) | Pat::Wild(_));
            after.push(match is_irrefutable {
                true => parse_quote!(let #pattern = #value;),
                false => parse_quote!(let #pattern = #value else #otherwise;),
            });
        }
        before.append(&mut after);
        Some(before)
    }
}

/// The list in `[..]`, or in `[..].into_iter()`.
fn list(expr: &Expr) -> Option<&syn::ExprArray> {
    match expr {
        Expr::Array(list) => Some(list),
        Expr::Paren(inner) => list(&inner.expr),
        Expr::MethodCall(call) if call.method == "into_iter" => list(&call.receiver),
        _ => None,
    }
}

/// Whether it makes no difference when an expression is evaluated.
fn is_simple(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Paren(inner) => is_simple(&inner.expr),
        Expr::Reference(inner) => inner.mutability.is_none() && is_simple(&inner.expr),
        Expr::Unary(inner) => is_simple(&inner.expr),
        Expr::Field(inner) => is_simple(&inner.base),
        Expr::Binary(binary) => {
            super::assign::compound(&binary.op).is_none()
                && is_simple(&binary.left)
                && is_simple(&binary.right)
        }
        Expr::Index(inner) => is_simple(&inner.expr) && is_simple(&inner.index),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_simple),
        Expr::MethodCall(call) => is_query(call) && is_simple(&call.receiver),
        // A variant of an enum.
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase)))
                && call.args.iter().all(is_simple)
        }
        _ => false,
    }
}
