//! Slices that are matched as places, as in `let [a, b] = list[..] else { .. }`: they are read as
//! `let &[a, b] = &list[..] else { .. }`.

use crate::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Local, Pat, Stmt, parse_quote};

pub(super) fn borrowed(body: &mut Block) {
    Places.visit_block_mut(body);
}

struct Places;

impl VisitMut for Places {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Match(choice)
                if is_slice(&choice.expr) && choice.arms.iter().any(|arm| takes_apart(&arm.pat)) =>
            {
                borrow(&mut choice.expr);
                choice.arms.iter_mut().for_each(|arm| refer(&mut arm.pat));
            }
            Expr::Let(binding) if is_slice(&binding.expr) && takes_apart(&binding.pat) => {
                borrow(&mut binding.expr);
                refer(&mut binding.pat);
            }
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        if let Stmt::Local(Local { pat, init: Some(init), .. }) = statement
            && is_slice(&init.expr)
            && takes_apart(pat)
        {
            borrow(&mut init.expr);
            refer(pat);
        }
        visit_mut::visit_stmt_mut(self, statement);
    }
}

fn is_slice(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => is_slice(&inner.expr),
        Expr::Index(part) => matches!(*part.index, Expr::Range(_)),
        _ => false,
    }
}

fn takes_apart(pattern: &Pat) -> bool {
    match pattern {
        Pat::Slice(_) => true,
        Pat::Paren(inner) => takes_apart(&inner.pat),
        Pat::Or(several) => several.cases.iter().any(takes_apart),
        _ => false,
    }
}

fn borrow(place: &mut Expr) {
    *place = parse_quote!(&#place);
}

fn refer(pattern: &mut Pat) {
    *pattern = match &*pattern {
        Pat::Wild(_) => return,
        Pat::Or(_) => parse_quote!(&(#pattern)),
        pattern => parse_quote!(&#pattern),
    };
}
