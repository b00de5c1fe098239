//! Chains over parts of the module in several lists, such as `self.stages.iter().flat_map(|stage| &stage.blocks)`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Expr, ExprBreak, ExprContinue, ExprForLoop, ExprMethodCall, Lifetime, Pat};

use super::Chain;
use crate::differentiable::lower::{Lower, free};
use crate::visit_mut::{self, VisitMut};

impl Lower<'_> {
    /// The body of a loop that becomes several with one label around them.
    pub(super) fn in_one_of_several(&mut self, for_loop: &ExprForLoop, label: &Lifetime) -> TokenStream {
        let round = Lifetime::new(&format!("'{}", self.fresh("round")), Span::mixed_site());
        let mut body = for_loop.body.clone();
        let mut exits = Exits { label, round: &round, loops: 0, is_left: false };
        exits.visit_block_mut(&mut body);
        if exits.is_left { quote!(#round: #body) } else { quote!(#body) }
    }

    /// Refuses a method for which the items of a chain must become a list, if they are parts of the module.
    pub(super) fn refuse_list_of_parts(&mut self, chain: &Chain, method: &Ident) -> bool {
        let computes =
            |stage: &ExprMethodCall| ["map", "map_while", "scan"].iter().any(|name| stage.method == name);
        let is_refused = chain.is_of_parts && !chain.stages.iter().any(computes);
        if is_refused {
            self.errors.at(
                method,
                format_args!("`{method}` of parts of the module that more than one list holds is outside the differentiable subset; \
                     call it on each list, or write a loop over indices"),
            );
        }
        is_refused
    }
}

/// Gives `break` and `continue` of a loop a label, and makes `continue` leave the block that is its body.
struct Exits<'l> {
    label: &'l Lifetime,
    round: &'l Lifetime,
    /// The number of loops around the current expression, within the body.
    loops: usize,
    /// Whether the block is left.
    is_left: bool,
}

impl VisitMut for Exits<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Closure(_) | Expr::Async(_) => {}
            Expr::Break(ExprBreak { label: label @ None, .. }) if self.loops == 0 => {
                *label = Some(self.label.clone());
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Continue(ExprContinue { label, .. })
                if label.as_ref().map_or(self.loops == 0, |label| label == self.label) =>
            {
                let round = self.round;
                self.is_left = true;
                *expr = syn::parse_quote!(break #round);
            }
            expr => {
                let is_loop = matches!(expr, Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_));
                self.loops += usize::from(is_loop);
                visit_mut::visit_expr_mut(self, expr);
                self.loops -= usize::from(is_loop);
            }
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// What a function returns for an item, if that is a reference to a part of the item, as of `|stage| &stage.blocks` and
/// `Option::as_ref`, or an iterator over such, if there `may_be_iterator`.
pub(super) fn part_of_item(function: &Expr, item: &Ident, may_be_iterator: bool) -> Option<Expr> {
    match function {
        Expr::Paren(inner) => part_of_item(&inner.expr, item, may_be_iterator),
        Expr::Path(function) => {
            let is_as_ref =
                function.path.segments.iter().rev().take(2).map(|segment| segment.ident.to_string());
            let is_as_ref = is_as_ref.eq(["as_ref", "Option"]);
            is_as_ref.then(|| syn::parse_quote!(#item.as_ref()))
        }
        Expr::Closure(closure) if closure.inputs.len() == 1 => {
            let Pat::Ident(name) = untyped(&closure.inputs[0]) else { return None };
            let is_reference =
                matches!(*closure.body, Expr::Reference(_) | Expr::MethodCall(_)) || may_be_iterator;
            if !is_reference || !is_part_of(&closure.body, &name.ident, may_be_iterator) {
                return None;
            }
            let mut body = (*closure.body).clone();
            free::replace(&mut body, &mut |used| (*used == name.ident).then(|| syn::parse_quote!(#item)));
            Some(body)
        }
        _ => None,
    }
}

/// The list that `flatten`, or `flat_map` with a function, takes from an item.
pub(super) fn list_of_item(arguments: &[&Expr], item: &Ident) -> Option<Expr> {
    match arguments {
        [] => Some(syn::parse_quote!(#item)),
        [function] => part_of_item(function, item, true),
        _ => None,
    }
}

fn untyped(pattern: &Pat) -> &Pat {
    match pattern {
        Pat::Type(typed) => &typed.pat,
        Pat::Reference(inner) => untyped(&inner.pat),
        pattern => pattern,
    }
}

/// Whether an expression starts at a name, which fields, indices and methods of lists and options follow.
fn is_part_of(expr: &Expr, name: &Ident, may_be_iterator: bool) -> bool {
    match expr {
        Expr::Path(path) => path.path.is_ident(name),
        Expr::Paren(inner) => is_part_of(&inner.expr, name, may_be_iterator),
        Expr::Reference(inner) => is_part_of(&inner.expr, name, may_be_iterator),
        Expr::Field(field) => is_part_of(&field.base, name, may_be_iterator),
        Expr::Index(access) => is_part_of(&access.expr, name, may_be_iterator),
        Expr::MethodCall(call) => {
            let method = call.method.to_string();
            let is_known = may_be_iterator
                || matches!(&*method, "as_ref" | "first" | "get" | "last") && call.args.len() <= 1;
            is_known && is_part_of(&call.receiver, name, may_be_iterator)
        }
        _ => false,
    }
}
