//! Branches that give layers of different types, and lists of such.

use proc_macro2::Ident;
use syn::{Block, Expr, Stmt};

use super::operands::{behind_reference, written};
use super::{MisusedParts, Part};

impl MisusedParts<'_> {
    /// Reports the first branch of an `if` or a `match` whose layer certainly has another type than that of a branch before it.
    pub(super) fn branches(&mut self, branching: &Expr) {
        let is_inner = self.inner_branch.is_some_and(|inner| std::ptr::eq(inner, branching));
        if let Expr::If(branch) = branching {
            self.inner_branch =
                branch.else_branch.as_ref().map(|(_, otherwise)| std::ptr::from_ref(&**otherwise));
        }
        if !is_inner {
            let mut ends = Vec::new();
            add_ends(branching, &mut ends);
            self.of_one_type(ends.into_iter(), "call each in its branch");
        }
    }

    /// Reports the first item of a list whose layer certainly has another type than that of an item before it.
    pub(super) fn items<'e>(&mut self, items: impl Iterator<Item = &'e Expr>) {
        self.of_one_type(items, "a list has layers of one type, so call each by its name");
    }

    fn of_one_type<'e>(&mut self, layers: impl Iterator<Item = &'e Expr>, advice: &str) {
        let mut before: Option<(&Expr, Ident)> = None;
        for layer in layers {
            let place = behind_reference(layer);
            let Some(Part::Layer { name, .. }) = self.part(place) else { continue };
            match &before {
                Some((first, of_first)) if *of_first != name => {
                    let (one, other) = (written(first), written(place));
                    return self.errors.at(
                        layer,
                        format_args!(
                            "`{other}` is a `{name}`, and `{one}` a `{of_first}`: {advice}, as in `{other}.forward(..)`"
                        ),
                    );
                }
                Some(_) => {}
                None => before = Some((place, name)),
            }
        }
    }
}

/// The last expressions of the branches.
fn add_ends<'e>(expr: &'e Expr, ends: &mut Vec<&'e Expr>) {
    match expr {
        Expr::If(branch) => {
            ends.extend(end_of(&branch.then_branch));
            if let Some((_, otherwise)) = &branch.else_branch {
                add_ends(otherwise, ends);
            }
        }
        Expr::Match(matched) => matched.arms.iter().for_each(|arm| add_ends(&arm.body, ends)),
        Expr::Block(block) => ends.extend(end_of(&block.block)),
        Expr::Paren(inner) => add_ends(&inner.expr, ends),
        end => ends.push(end),
    }
}

fn end_of(block: &Block) -> Option<&Expr> {
    match block.stmts.last() {
        Some(Stmt::Expr(end, None)) => Some(end),
        _ => None,
    }
}
