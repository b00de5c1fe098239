//! Conversions by `into`, `try_into` and `into_boxed_slice`, and by `Vec::from` and its like.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall, ExprPath, PathArguments, Type};

use super::Lower;
use super::container::sized;
use crate::differentiable::model::Operand;
use crate::differentiable::stubs::Callee;
use crate::differentiable::this::is_self_alone;
use crate::private::private_at;

impl Lower<'_> {
    /// Lowers a method that converts a value; `None` if it is another method.
    pub(super) fn conversion(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        let is_other = !call.args.is_empty()
            || call.turbofish.is_some()
            || is_self_alone(&call.receiver)
            || self.is_plain(&call.receiver);
        let span = call.method.span();
        let ty = match &*call.method.to_string() {
            _ if is_other => return None,
            "into" | "try_into" => quote_spanned!(span=> _),
            "into_boxed_slice" => quote_spanned!(span=> ::std::boxed::Box<[_]>),
            _ => return None,
        };
        Some(self.converted(&call.receiver, &ty, call.method == "try_into", span))
    }

    /// Lowers the same by the path of the type; `None` if it is another call.
    pub(super) fn conversion_by_path(&mut self, call: &ExprCall, function: &ExprPath) -> Option<Operand> {
        let last = function.path.segments.last()?;
        let is_fallible = last.ident == "try_from";
        let value = call.args.first().filter(|_| call.args.len() == 1)?;
        if !is_fallible && last.ident != "from" || self.is_plain(value) {
            return None;
        }
        let (ty, span) = (converted_to(function)?, last.ident.span());
        Some(self.converted(value, &quote_spanned!(span=> #ty), is_fallible, span))
    }

    fn converted(&mut self, written: &Expr, ty: &TokenStream, is_fallible: bool, span: Span) -> Operand {
        let value = self.expr(&sized(written));
        let private = private_at(span);
        if value.is_plain() {
            let expr = value.expr;
            return Operand::plain(match is_fallible {
                true => quote_spanned!(span=> ::core::convert::TryInto::<#ty>::try_into(#expr)),
                false => quote_spanned!(span=> ::core::convert::Into::<#ty>::into(#expr)),
            });
        }
        let callee = match is_fallible {
            true => quote_spanned!(span=> #private::TryConverts::<#ty>::try_into_vjp),
            false => quote_spanned!(span=> #private::Converts::<#ty>::into_vjp),
        };
        // With the span of the value, which an error is reported at.
        let expr = value.expr;
        let argument = quote_spanned!(written.span()=> { #expr }).into();
        self.emit((callee.into(), span, Callee::Known), None, vec![argument], vec![value.target])
    }
}

/// The type of a list, an array, a number, an `Option` or a `Box`, of which a function is called.
fn converted_to(function: &ExprPath) -> Option<Type> {
    if let Some(of) = &function.qself {
        let is_inherent = of.position == 0 && function.path.segments.len() == 1;
        return is_inherent.then(|| (*of.ty).clone());
    }
    let mut path = function.path.clone();
    path.segments.pop();
    path.segments.pop_punct();
    let owner = path.segments.last_mut()?;
    match &*owner.ident.to_string() {
        "f32" | "f64" => {}
        "Vec" | "Box" | "Option" if owner.arguments.is_none() => {
            owner.arguments = PathArguments::AngleBracketed(syn::parse_quote!(<_>));
        }
        "Vec" | "Box" | "Option" => {}
        _ => return None,
    }
    Some(syn::parse_quote!(#path))
}
