//! Conversions by `into`, `try_into` and `into_boxed_slice`, and by `Vec::from` and its like.

use quote::quote_spanned;
use syn::{ExprCall, ExprMethodCall, ExprPath, PathArguments, Type};

use super::Lower;
use super::container::sized;
use crate::differentiable::model::Operand;
use crate::differentiable::this::is_self_alone;
use crate::private::private_at;

impl Lower<'_> {
    /// Lowers a method that converts a value; `None` if it is another method.
    pub(super) fn conversion(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        let is_other = !call.args.is_empty()
            || call.turbofish.is_some()
            || is_self_alone(&call.receiver)
            || self.is_plain(&call.receiver);
        let (value, span) = (sized(&call.receiver), call.method.span());
        let private = private_at(span);
        let code = match &*call.method.to_string() {
            _ if is_other => return None,
            "into" => quote_spanned!(span=> #private::converted(#value)),
            "try_into" => quote_spanned!(span=> #private::try_converted(#value)),
            "into_boxed_slice" => {
                let list = self.fresh("list");
                quote_spanned!(span=> { let #list: ::std::boxed::Box<[_]> = #private::converted(#value); #list })
            }
            _ => return None,
        };
        Some(self.parsed(Some(code), call))
    }

    /// Lowers the same by the path of the type; `None` if it is another call.
    pub(super) fn conversion_by_path(&mut self, call: &ExprCall, function: &ExprPath) -> Option<Operand> {
        let last = function.path.segments.last()?;
        let is_fallible = last.ident == "try_from";
        let value = call.args.first().filter(|_| call.args.len() == 1)?;
        if !is_fallible && last.ident != "from" || self.is_plain(value) {
            return None;
        }
        let ty = converted_to(function)?;
        let (span, converted) = (last.ident.span(), self.fresh("converted"));
        let (private, value) = (private_at(span), sized(value));
        let code = match is_fallible {
            true => quote_spanned! {span=> {
                let #converted: ::core::result::Result<#ty, _> = #private::try_converted(#value);
                #converted
            }},
            false => quote_spanned!(span=> { let #converted: #ty = #private::converted(#value); #converted }),
        };
        Some(self.parsed(Some(code), call))
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
