//! Invisible groups: the tokens of macro fragments such as `$e:expr` and `$t:ty`.

use crate::visit_mut::{self, VisitMut};
use syn::token::Paren;
use syn::{DeriveInput, Expr, ExprParen, Item, ItemImpl, Type};

/// Replaces the invisible groups of an impl block by parentheses if they affect operator precedence, and
/// removes the others, so that no other code has to handle them.
pub(crate) fn of_impl(item: &mut ItemImpl) {
    Written.visit_item_impl_mut(item);
}

/// As [`of_impl`], for a function.
pub(crate) fn of_function(function: &mut syn::ImplItemFn) {
    Written.visit_impl_item_fn_mut(function);
}

/// As [`of_impl`], for a trait.
pub(crate) fn of_trait(item: &mut syn::ItemTrait) {
    Written.visit_item_trait_mut(item);
}

/// As [`of_impl`], for a struct.
pub(crate) fn of_struct(input: &mut DeriveInput) {
    Written.visit_derive_input_mut(input);
}

struct Written;

impl VisitMut for Written {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Group(group) = expr {
            let inner = std::mem::replace(&mut group.expr, Box::new(Expr::PLACEHOLDER));
            let paren_token = Paren(group.group_token.span);
            *expr = match *inner {
                inner if stands_alone(&inner) => inner,
                _ => Expr::Paren(ExprParen { attrs: group.attrs.clone(), paren_token, expr: inner }),
            };
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::Group(group) = ty {
            let inner = (*group.elem).clone();
            // Types such as `&'a dyn A + B` keep their group.
            if matches!(inner, Type::Path(_) | Type::Tuple(_) | Type::Array(_) | Type::Slice(_)) {
                *ty = inner;
            }
        }
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}
}

/// Whether an expression needs no parentheses as an operand.
fn stands_alone(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Path(_)
            | Expr::Lit(_)
            | Expr::Paren(_)
            | Expr::Call(_)
            | Expr::MethodCall(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Macro(_)
            | Expr::Tuple(_)
            | Expr::Array(_)
    )
}
