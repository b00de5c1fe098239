//! Patterns with alternatives that bind names, as `State::Start(h) | State::Next(h)`: a name may stand for another part of the
//! value in each of them.

use syn::spanned::Spanned;
use syn::{Expr, ExprIf, ExprLet, ExprMatch, Local, Pat, Stmt, parse_quote_spanned};

use super::Lower;
use super::exit::{names_of, without_mut};
use super::free;
use super::pattern::is_constant;
use crate::visit::{self, Visit};
use crate::visit_mut::{self, VisitMut};

/// The maximum number of arms that one becomes.
const ARMS: usize = 64;

/// The patterns that stand for one, none of which has alternatives that bind names; `None` if the pattern has none.
fn split(pattern: &Pat) -> Option<Vec<Pat>> {
    if !binds_in_alternatives(pattern) {
        return None;
    }
    let (mut patterns, mut done) = (vec![pattern.clone()], Vec::new());
    while let Some(pattern) = patterns.pop() {
        if patterns.len() + done.len() > ARMS {
            return None;
        }
        let mut first = First { take: None, count: 0 };
        first.visit_pat_mut(&mut pattern.clone());
        for take in (0..first.count).rev() {
            let mut one = pattern.clone();
            First { take: Some(take), count: 0 }.visit_pat_mut(&mut one);
            patterns.push(one);
        }
        if first.count == 0 {
            done.push(pattern);
        }
    }
    Some(done)
}

/// Whether a pattern has alternatives that bind names.
fn binds_in_alternatives(pattern: &Pat) -> bool {
    struct Alternatives(bool);
    impl<'ast> Visit<'ast> for Alternatives {
        fn visit_pat(&mut self, pattern: &'ast Pat) {
            self.0 |= matches!(pattern, Pat::Or(_)) && binds(pattern);
            visit::visit_pat(self, pattern);
        }

        fn visit_expr(&mut self, _: &'ast Expr) {}
    }
    let mut found = Alternatives(false);
    found.visit_pat(pattern);
    found.0
}

fn binds(pattern: &Pat) -> bool {
    free::bound(pattern).iter().any(|name| !is_constant(name))
}

/// Replaces the first alternatives that bind names by one of them.
struct First {
    take: Option<usize>,
    /// The number of the alternatives; 0 before they are found.
    count: usize,
}

impl VisitMut for First {
    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        if self.count > 0 {
            return;
        }
        if let Pat::Or(or) = pattern
            && or.cases.iter().any(binds)
        {
            self.count = or.cases.len();
            if let Some(case) = self.take.and_then(|take| or.cases.get(take)) {
                *pattern = case.clone();
            }
            return;
        }
        visit_mut::visit_pat_mut(self, pattern);
    }

    fn visit_expr_mut(&mut self, _: &mut Expr) {}
}

/// The same `match` with an arm for each alternative that binds names; `None` if there is none.
pub(in crate::differentiable) fn in_arms(branch: &ExprMatch) -> Option<ExprMatch> {
    if !branch.arms.iter().any(|arm| binds_in_alternatives(&arm.pat)) {
        return None;
    }
    let mut branch = branch.clone();
    let arms = branch.arms.iter().flat_map(|arm| match split(&arm.pat) {
        Some(patterns) => patterns.into_iter().map(|pat| syn::Arm { pat, ..arm.clone() }).collect(),
        None => vec![arm.clone()],
    });
    branch.arms = arms.collect();
    Some(branch)
}

impl Lower<'_> {
    /// The same branch without such patterns; `None` if it has none.
    pub(super) fn if_without_alternatives(&self, branch: &ExprIf) -> Option<ExprIf> {
        let condition = self.without_alternatives(&branch.cond);
        let otherwise = branch.else_branch.as_ref().and_then(|(token, otherwise)| match &**otherwise {
            Expr::If(inner) => Some((*token, Box::new(Expr::If(self.if_without_alternatives(inner)?)))),
            _ => None,
        });
        if condition.is_none() && otherwise.is_none() {
            return None;
        }
        let mut branch = branch.clone();
        branch.cond = condition.map_or(branch.cond, Box::new);
        branch.else_branch = otherwise.or(branch.else_branch);
        Some(branch)
    }

    /// A `let` of the names in such a pattern, from a `match`; `None` if it is another.
    pub(super) fn let_alternatives(&self, local: &Local) -> Option<Local> {
        let (pattern, init) = (&local.pat, local.init.as_ref()?);
        if !binds_in_alternatives(pattern) || self.is_plain(&init.expr) {
            return None;
        }
        let ((names, values), inner, expr) = (names_of(pattern), without_mut(pattern), &init.expr);
        let span = local.let_token.span();
        match parse_quote_spanned!(span=> let #names = match #expr { #inner => #values };) {
            Stmt::Local(local) => Some(local),
            _ => None,
        }
    }

    /// Replaces each `let` of such a pattern in a condition by one of an option of the names; `None` if there is none.
    fn without_alternatives(&self, condition: &Expr) -> Option<Expr> {
        match condition {
            Expr::Let(binding) if !self.is_plain(&binding.expr) && binds_in_alternatives(&binding.pat) => {
                let ExprLet { pat, let_token, expr, .. } = binding;
                let (names, values) = names_of(pat);
                let inner = without_mut(pat);
                let span = let_token.span();
                Some(
                    parse_quote_spanned!(span=> let Some(#names) = match #expr { #inner => Some(#values), _ => None }),
                )
            }
            Expr::Binary(both) => {
                let [left, right] = [&both.left, &both.right].map(|side| self.without_alternatives(side));
                if left.is_none() && right.is_none() {
                    return None;
                }
                let mut both = both.clone();
                both.left = left.map_or(both.left, Box::new);
                both.right = right.map_or(both.right, Box::new);
                Some(Expr::Binary(both))
            }
            _ => None,
        }
    }
}
