//! Methods of `Option` that take closures or another value: they become a `match`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, ExprMethodCall};

use super::Lower;
use crate::differentiable::model::Operand;

impl Lower<'_> {
    /// Lowers such a method; `None` if it is none, or no gradient flows through it.
    pub(super) fn optional(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let method = call.method.to_string();
        let is_known = match (&*method, &arguments[..]) {
            ("map" | "and_then" | "unwrap_or_else" | "or_else" | "is_some_and" | "inspect", [function]) => {
                is_function(function)
            }
            ("map_or" | "map_or_else", [_, function]) => is_function(function),
            ("unwrap_or" | "or", [_]) => true,
            _ => false,
        };
        let whole = Expr::MethodCall(call.clone());
        if !is_known || self.is_plain(&whole) || !self.flows_through(&whole) {
            return None;
        }
        let (receiver, there) = (&call.receiver, self.fresh("there"));
        let value = || [there.to_token_stream()];
        let (some, none): (TokenStream, TokenStream) = match (&*method, &arguments[..]) {
            ("map", [function]) => {
                let value = self.applied(function, value())?;
                (quote!(Some(#value)), quote!(None))
            }
            ("inspect", [function]) => {
                let done = self.applied(function, [quote!(&#there)])?;
                (quote!({ #done; Some(#there) }), quote!(None))
            }
            ("and_then", [function]) => (self.applied(function, value())?, quote!(None)),
            ("is_some_and", [function]) => (self.applied(function, value())?, quote!(false)),
            ("unwrap_or_else", [function]) => (quote!(#there), self.applied(function, [])?),
            ("or_else", [function]) => (quote!(Some(#there)), self.applied(function, [])?),
            ("map_or", [other, function]) => (self.applied(function, value())?, quote!(#other)),
            ("map_or_else", [other, function]) => {
                let other = self.applied(other, [])?;
                (self.applied(function, value())?, other)
            }
            ("unwrap_or", [other]) => (quote!(#there), quote!(#other)),
            (_, [other]) => (quote!(Some(#there)), quote!(#other)),
            _ => return None,
        };
        let code = quote!(match #receiver { Some(#there) => #some, None => #none });
        Some(self.parsed(Some(code), call))
    }
}

/// Whether an argument is a closure or the name of a function.
fn is_function(argument: &Expr) -> bool {
    matches!(argument, Expr::Closure(_) | Expr::Path(_))
}
