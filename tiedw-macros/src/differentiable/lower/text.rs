//! Methods of text, of integers and of lists of them, on what a pattern binds beside values: `for (name, x) in xs { if name.starts_with("a") { .. } }`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, ExprMethodCall, Lit, Type, UnOp};

use super::Lower;
use super::iterate::OTHERS;
use crate::differentiable::passed::companion;
use crate::differentiable::scope::Binding;
use crate::known;
use crate::private::private_at;

/// The methods of text.
const OF_TEXT: [&str; 26] = [
    "as_bytes",
    "as_str",
    "ends_with",
    "eq_ignore_ascii_case",
    "is_char_boundary",
    "match_indices",
    "matches",
    "parse",
    "replacen",
    "rmatches",
    "rsplit_once",
    "rsplit_terminator",
    "split_once",
    "starts_with",
    "strip_prefix",
    "strip_suffix",
    "to_ascii_lowercase",
    "to_ascii_uppercase",
    "to_lowercase",
    "to_uppercase",
    "trim",
    "trim_end",
    "trim_end_matches",
    "trim_matches",
    "trim_start",
    "trim_start_matches",
];

/// The methods of characters and integers that those of [`NUMBERS`](super::names::NUMBERS) do not have beside them.
const OF_DIGITS: [&str; 38] = [
    "abs_diff",
    "checked_add",
    "checked_div",
    "checked_mul",
    "checked_pow",
    "checked_rem",
    "checked_sub",
    "count_ones",
    "count_zeros",
    "div_ceil",
    "ilog",
    "ilog10",
    "ilog2",
    "is_alphabetic",
    "is_alphanumeric",
    "is_ascii",
    "is_ascii_digit",
    "is_ascii_lowercase",
    "is_ascii_punctuation",
    "is_ascii_uppercase",
    "is_ascii_whitespace",
    "is_digit",
    "is_lowercase",
    "is_multiple_of",
    "is_negative",
    "is_numeric",
    "is_positive",
    "is_power_of_two",
    "is_uppercase",
    "is_whitespace",
    "isqrt",
    "leading_zeros",
    "len_utf8",
    "next_multiple_of",
    "next_power_of_two",
    "to_digit",
    "trailing_zeros",
    "unsigned_abs",
];

/// The methods of lists that values are not in.
const OF_LISTS: [&str; 3] = ["binary_search", "is_sorted", "join"];

impl Lower<'_> {
    /// What such a method is called on, of which the type checker decides that it carries no gradient. A type of values of the same
    /// file may have one of these names.
    pub(super) fn receiver_of_data(&mut self, call: &ExprMethodCall) -> Option<TokenStream> {
        let companion = companion(&call.method);
        if !self.is_of_data(call) || known::is_named_in_file(call.method.span(), &companion.to_string()) {
            return None;
        }
        let place = self.place_in_value(&call.receiver)?;
        let private = private_at(call.method.span());
        Some(quote_spanned!(call.method.span()=> #private::Discrete::part(&#place)))
    }

    /// A variable that may carry a gradient, or a place in one; `None` if it certainly does.
    fn place_in_value(&mut self, expr: &Expr) -> Option<TokenStream> {
        match expr {
            Expr::Paren(inner) => self.place_in_value(&inner.expr),
            Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)) => {
                let (star, place) = (inner.op, self.place_in_value(&inner.expr)?);
                Some(quote!((#star #place)))
            }
            Expr::Field(field) => {
                let (place, dot, member) =
                    (self.place_in_value(&field.base)?, field.dot_token, &field.member);
                Some(quote!(#place #dot #member))
            }
            Expr::Index(access) => {
                let place = self.place_in_value(&access.expr)?;
                let index = self.plain_by_type(&access.index).expr;
                Some(quote!(#place[#index]))
            }
            Expr::Path(path) => match self.scope.get(&path.path.get_ident()?.to_string())? {
                Binding::Var(var) if !self.certain[var.0] => Some(self.expr(expr).expr.into_token_stream()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a call is one of a method that values do not have.
    pub(super) fn is_of_data(&self, call: &ExprMethodCall) -> bool {
        match &*call.method.to_string() {
            "keys" | "values" => false,
            // Options and lists have them, too.
            "replace" => call.args.len() == 2,
            "find" | "rfind" | "splitn" => !matches!(call.args.last(), Some(Expr::Closure(_))),
            "contains" | "split" | "split_inclusive" | "rsplit" => {
                call.args.len() == 1 && self.is_text(&call.args[0])
            }
            method => {
                [&OF_TEXT[..], &OF_DIGITS, &OF_LISTS, &OTHERS].iter().any(|names| names.contains(&method))
            }
        }
    }

    /// Whether an expression certainly is a character or text, judged by a literal or the type of an argument.
    fn is_text(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Lit(literal) => matches!(literal.lit, Lit::Str(_) | Lit::Char(_)),
            Expr::Path(path) => {
                let argument =
                    self.arguments.iter().find(|argument| path.path.is_ident(&argument.name.to_string()));
                argument.is_some_and(|argument| match &argument.ty {
                    Type::Reference(text) => is_named(&text.elem, "str"),
                    ty => is_named(ty, "char"),
                })
            }
            _ => false,
        }
    }
}

fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}
