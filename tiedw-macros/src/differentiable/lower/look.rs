//! Lowering of comparisons, which read values but pass no gradient on.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, UnOp};

use super::Lower;
use super::expression::itself;
use crate::differentiable::hidden::in_plain_sight;
use crate::differentiable::mentions::{is_bitwise, is_comparison, is_junction, is_query};
use crate::differentiable::model::{Block, Operand, Step};
use crate::differentiable::reverse::forward_alone;
use crate::private::private_at;

impl Lower<'_> {
    /// Lowers a flag. Only comparisons may read values that carry a gradient; `reason` completes the error
    /// for others.
    pub(super) fn answer(&mut self, expr: &Expr, reason: &str) -> TokenStream {
        match expr {
            Expr::Paren(inner) => {
                let inner = self.answer(&inner.expr, reason);
                quote!((#inner))
            }
            // A flag, also behind a reference.
            Expr::Path(_) if self.is_condition && self.carries_gradient(expr) => {
                let (span, flag) = (expr.span(), self.plain_by_type(expr).expr);
                let private = private_at(span);
                quote_spanned!(span=> #private::Flag::flag(&#flag))
            }
            Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
                let (not, inner) = (&unary.op, itself(&unary.expr));
                // A flag in a value.
                let inner = match is_place(inner) && self.carries_gradient(inner) {
                    true => self.look_at_data(inner),
                    false => self.answer(&unary.expr, reason),
                };
                quote!(#not #inner)
            }
            // A mask that is lent to an operator.
            Expr::Reference(lent) if lent.mutability.is_none() && !self.is_plain(&lent.expr) => {
                let inner = self.answer(&lent.expr, reason);
                quote!((&#inner))
            }
            Expr::Binary(both) if is_junction(&both.op) || is_bitwise(&both.op) => {
                let (left, op) = (self.answer(&both.left, reason), &both.op);
                let right = self.answer(&both.right, reason);
                quote!(#left #op #right)
            }
            Expr::Binary(both) if is_comparison(&both.op) => {
                let (left, op, right) = (self.look(&both.left), &both.op, self.look(&both.right));
                quote!(#left #op #right)
            }
            Expr::Block(_) | Expr::If(_) | Expr::Match(_) if !self.is_plain(expr) => self.look(expr),
            Expr::Macro(mac)
                if let Some(chosen) = matched(&mac.mac)
                    && !self.is_plain(expr) =>
            {
                self.look(&chosen)
            }
            Expr::MethodCall(call) if self.is_chain(call) || self.is_optional(call) => self.look(expr),
            Expr::MethodCall(call) if is_query(call) && self.carries_gradient(&call.receiver) => {
                self.look(expr)
            }
            // A predicate has a companion, whose answer carries no gradient.
            Expr::MethodCall(_) | Expr::Call(_) if !self.is_plain(expr) => self.look_at_data(expr),
            expr => self.plain_expr(expr, reason).expr.into_token_stream(),
        }
    }

    /// As [`look`](Self::look), at what certainly carries no gradient: rustc reports anything else.
    pub(super) fn look_at_data(&mut self, expr: &Expr) -> TokenStream {
        let (seen, span) = (self.look(expr), expr.span());
        let private = private_at(span);
        quote_spanned!(span=> #private::without_gradient(#seen))
    }

    /// Lowers one side of a comparison by a method: a reference to the number.
    pub(super) fn compared(&mut self, expr: &Expr) -> TokenStream {
        if self.is_plain(expr) {
            return self.look(expr);
        }
        let value = self.look(itself(expr));
        quote!(__Value::by_ref(&(#value)))
    }

    /// Lowers one side of a comparison, which has a forward pass only.
    pub(super) fn look(&mut self, expr: &Expr) -> TokenStream {
        let is_condition = std::mem::replace(&mut self.is_condition, false);
        let outer = std::mem::take(&mut self.steps);
        let known = self.names.len();
        let (mut tail, is_place) = match self.element(expr) {
            Some((element, is_place)) => (Operand::plain(element), is_place),
            None => (self.expr(expr), false),
        };
        let steps = std::mem::replace(&mut self.steps, outer);
        self.is_condition = is_condition;
        if steps.is_empty() {
            return tail.expr.into_token_stream();
        }
        if steps.iter().any(|step| !step.ways().is_empty()) {
            self.errors
                .at(expr, "`?` and `return` leave a comparison here; bind the value before with `let`");
            return TokenStream::new();
        }
        if let Some(name) = assigned(&steps, known) {
            let name = in_plain_sight(&name);
            self.errors.at(
                &name,
                format_args!(
                    "`{name}` is changed in a comparison, where its gradient is lost; change it before"
                ),
            );
        }
        if !is_place {
            let forward = forward_alone(&Block { steps, tail }, &self.names, None);
            return quote!(({ #forward }));
        }
        let element = &tail.expr;
        tail.expr = quote!(&#element).into();
        let forward = forward_alone(&Block { steps, tail }, &self.names, None);
        quote!((*{ #forward }))
    }

    /// Lowers `x.as_slice()[0]` or `self.scale[0]`, an element in a comparison. Also returns whether it is a
    /// place in the module.
    fn element(&mut self, expr: &Expr) -> Option<(TokenStream, bool)> {
        let Expr::Index(access) = expr else { return None };
        let (place, is_place) = match &*access.expr {
            Expr::MethodCall(call) if call.method == "as_slice" && call.args.is_empty() => {
                let place = self.expr(&call.receiver).expr;
                (quote!(__Elements::elements(&#place)), false)
            }
            _ => (self.module_path(&access.expr)?.view.into_token_stream(), true),
        };
        let index = self.plain_by_type(&access.index).expr;
        Some((quote!(#place[#index]), is_place))
    }
}

/// Whether an expression is a place within another one.
pub(super) fn is_place(expr: &Expr) -> bool {
    match itself(expr) {
        Expr::Field(_) | Expr::Index(_) => true,
        Expr::Unary(inner) => matches!(inner.op, UnOp::Deref(_)),
        _ => false,
    }
}

/// Returns a variable that `steps` assign but do not declare. The first `known` variables are declared before.
fn assigned(steps: &[Step], known: usize) -> Option<TokenStream> {
    steps.iter().find_map(|step| match step {
        Step::Assign { place, target, .. } if target.var.0 < known => Some(place.clone()),
        Step::Change(change) if change.container.var.0 < known => {
            // Without its `&mut`.
            Some(change.arguments.first()?.to_token_stream().into_iter().skip(2).collect())
        }
        Step::Branch(branch) => branch.arms.iter().find_map(|arm| assigned(&arm.steps, known)),
        Step::Checkpoint(inner) => assigned(&inner.block.steps, known),
        Step::Loop(inner) => assigned(&inner.body.steps, known),
        _ => None,
    })
}

/// The `match` that `matches!` becomes.
pub(super) fn matched(mac: &syn::Macro) -> Option<Expr> {
    if mac.path.segments.last()?.ident != "matches" {
        return None;
    }
    let parse = |input: syn::parse::ParseStream<'_>| {
        let value: Expr = input.parse()?;
        input.parse::<syn::Token![,]>()?;
        let pattern = syn::Pat::parse_multi_with_leading_vert(input)?;
        let guard = match input.parse::<Option<syn::Token![if]>>()? {
            Some(token) => {
                let guard: Expr = input.parse()?;
                quote!(#token #guard)
            }
            None => TokenStream::new(),
        };
        input.parse::<Option<syn::Token![,]>>()?;
        Ok(syn::parse_quote!(match #value { #pattern #guard => true, _ => false }))
    };
    mac.parse_body_with(parse).ok()
}
