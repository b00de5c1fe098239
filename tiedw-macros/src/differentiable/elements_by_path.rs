//! Methods of an element type that is a parameter, called by their path: `E::exp(x)`, `fold(x, E::max)`.
//!
//! The companions belong to references to an element, so a path does not find them.

use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::{Block, Expr, ExprPath, Generics, Path, Type, parse_quote};

use super::method::is_number;

/// The methods of elements, with the number of their arguments. The exponent of `powi` is an integer.
const METHODS: [(&[&str], usize); 3] = [
    (
        &[
            "abs",
            "acos",
            "acosh",
            "asin",
            "asinh",
            "atan",
            "atanh",
            "cbrt",
            "ceil",
            "cos",
            "cosh",
            "exp",
            "exp2",
            "exp_m1",
            "floor",
            "fract",
            "ln",
            "ln_1p",
            "log10",
            "log2",
            "recip",
            "round",
            "round_ties_even",
            "signum",
            "sin",
            "sinh",
            "sqrt",
            "tan",
            "tanh",
            "to_degrees",
            "to_f64",
            "to_radians",
            "trunc",
        ],
        1,
    ),
    (
        &[
            "atan2",
            "copysign",
            "div_euclid",
            "hypot",
            "log",
            "max",
            "midpoint",
            "min",
            "powf",
            "powi",
            "rem_euclid",
        ],
        2,
    ),
    (&["clamp", "mul_add"], 3),
];

/// Replaces them by calls with a receiver, and by closures where they are not called.
pub(super) fn with_receivers(block: &mut Block, generics: [&Generics; 2]) {
    let has_elements =
        |generics: &&Generics| generics.type_params().any(|param| is_number(&param.ident, generics));
    if generics.iter().any(has_elements) {
        ByPath { generics }.visit_block_mut(block);
    }
}

struct ByPath<'g> {
    generics: [&'g Generics; 2],
}

impl VisitMut for ByPath<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Call(call) = expr
            && let Expr::Path(function) = &*call.func
            && let Some((method, count)) = self.method(function)
            && call.args.len() == count
        {
            let (receiver, others) = (&call.args[0], call.args.iter().skip(1));
            let span = method.span();
            *expr = syn::parse_quote_spanned!(span=> (#receiver).#method(#(#others),*));
        } else if let Expr::Path(function) = expr
            && let Some((method, count)) = self.method(function)
        {
            let element = element(function);
            let [number, others @ ..] = &mut names(count)[..] else { return };
            *expr = match method == "powi" {
                true => parse_quote!(|#number: #element, #(#others),*| #number.#method(#(#others),*)),
                false => {
                    parse_quote!(|#number: #element, #(#others: #element),*| #number.#method(#(#others),*))
                }
            };
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl ByPath<'_> {
    /// The method that a path names, and the number of its arguments.
    fn method<'p>(&self, function: &'p ExprPath) -> Option<(&'p Ident, usize)> {
        let name = owner(function)?;
        let method = &function.path.segments.last()?.ident;
        let count = METHODS.iter().find(|(names, _)| names.iter().any(|known| method == known))?.1;
        self.generics.iter().any(|generics| is_number(name, generics)).then_some((method, count))
    }
}

/// The type whose method it is, as in `E::exp`, `<E>::exp` and `<E as Element>::exp`.
fn owner(function: &ExprPath) -> Option<&Ident> {
    let segments = &function.path.segments;
    match &function.qself {
        Some(of) => match &*of.ty {
            Type::Path(of) => of.path.get_ident(),
            _ => None,
        },
        None if segments.len() == 2 && function.path.leading_colon.is_none() => Some(&segments[0].ident),
        None => None,
    }
}

fn element(function: &ExprPath) -> Path {
    owner(function).cloned().map_or_else(|| function.path.clone(), Path::from)
}

fn names(count: usize) -> Vec<Ident> {
    (0..count).map(|at| format_ident!("number{at}", span = Span::mixed_site())).collect()
}
