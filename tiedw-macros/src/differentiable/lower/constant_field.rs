//! Code on fields of values that are marked `#[constant]`, such as `batch.names[i].starts_with('x')`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprCall, ExprMethodCall, ExprPath, Member, Token};

use super::Lower;
use super::in_parens::in_parens;
use super::iterate::is_source;
use crate::differentiable::field::name_hash;
use crate::differentiable::known_fields;
use crate::differentiable::mentions;
use crate::differentiable::model::Operand;
use crate::differentiable::scope::Binding;
use crate::private::private_at;

impl Lower<'_> {
    /// Lowers a method of such a field, whose arguments carry no gradient.
    pub(super) fn method_of_constant(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        if changes_text(call) {
            return self.text_changes(call);
        }
        self.constant(&Expr::MethodCall(call.clone())).map(Operand::plain)
    }

    /// Lowers a method that changes text in such a field.
    fn text_changes(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        let Expr::Field(field) = &*call.receiver else { return None };
        let (unread, arguments) = (self.constant(&call.receiver)?, self.data(&call.args)?);
        let base = self.expr(&field.base).expr.into_token_stream();
        self.plain(quote!(let _ = #unread;));
        let (of_field, member, dot, method) = (field.dot_token, &field.member, call.dot_token, &call.method);
        let arguments = in_parens(call.paren_token, &call.args, arguments);
        Some(Operand::plain(quote!(#base #of_field #member #dot #method #arguments)))
    }

    /// Lowers a chain of calls that starts with a method that only reads such a field: not one that changes or moves it.
    pub(super) fn reads_of_constant(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        const READERS: [&str; 12] = [
            "as_deref",
            "as_ref",
            "as_slice",
            "as_str",
            "contains",
            "contains_key",
            "first",
            "get",
            "keys",
            "last",
            "to_string",
            "values",
        ];
        let mut first = call;
        while let Expr::MethodCall(before) = &*first.receiver {
            first = before;
        }
        let reads = READERS.iter().any(|reader| first.method == reader)
            || self.is_of_data(first)
            || is_source(first) && first.method != "into_iter";
        if reads { self.method_of_constant(call) } else { None }
    }

    /// Lowers a function of references to such fields, and of data; `None` if it takes none.
    pub(super) fn function_of_constants(&mut self, function: &ExprPath, call: &ExprCall) -> Option<Operand> {
        let arguments = &call.args;
        let is_plain: Vec<bool> = arguments.iter().map(|argument| self.is_plain(argument)).collect();
        let is_field = |argument: &Expr| matches!(argument, Expr::Reference(_));
        if is_plain.iter().all(|&is_plain| is_plain)
            || !arguments.iter().zip(&is_plain).all(|(argument, is_plain)| *is_plain || is_field(argument))
        {
            return None;
        }
        let passed = in_parens(call.paren_token, arguments, self.data(arguments)?);
        Some(Operand::plain(quote!(#function #passed)))
    }

    /// Lowers arguments that are data, or places in such fields.
    fn data(&mut self, arguments: &Punctuated<Expr, Token![,]>) -> Option<Vec<TokenStream>> {
        let lowered = arguments.iter().map(|argument| match self.is_plain(argument) {
            true => Some(self.plain_expr(argument, "data does not").expr.into_token_stream()),
            false => self.constant(argument),
        });
        lowered.collect()
    }

    /// A place in such a field, or what methods return of it.
    fn constant(&mut self, expr: &Expr) -> Option<TokenStream> {
        match expr {
            Expr::Paren(inner) => {
                let inner = self.constant(&inner.expr)?;
                Some(quote!((#inner)))
            }
            Expr::Reference(inner) if inner.mutability.is_none() => {
                let (and, inner) = (inner.and_token, self.constant(&inner.expr)?);
                Some(quote!(#and #inner))
            }
            Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => {
                let (star, inner) = (inner.op, self.constant(&inner.expr)?);
                Some(quote!(#star #inner))
            }
            Expr::Index(access) => {
                let place = self.constant(&access.expr)?;
                let index = self.plain_by_type(&access.index).expr;
                Some(quote!(#place[#index]))
            }
            Expr::MethodCall(call) => {
                let receiver = match self.constant(&call.receiver) {
                    Some(receiver) => receiver,
                    None => self.receiver_of_data(call)?,
                };
                let arguments = in_parens(call.paren_token, &call.args, self.data(&call.args)?);
                let (dot, method, turbofish) = (call.dot_token, &call.method, &call.turbofish);
                Some(quote!(#receiver #dot #method #turbofish #arguments))
            }
            Expr::Field(field) => {
                let (dot, member) = (field.dot_token, &field.member);
                if let Some(place) = self.constant(&field.base) {
                    return Some(quote!(#place #dot #member));
                }
                let Member::Named(name) = member else { return None };
                if !self.is_place_in_value(&field.base) || !known_fields::is_constant(name) {
                    return None;
                }
                let base = self.expr(&field.base).expr.into_token_stream();
                let (private, hash) = (private_at(name.span()), name_hash(&name.to_string()));
                Some(
                    quote_spanned!(name.span()=> (*#private::unread::<#hash, _, _>(&#base, &#base #dot #name))),
                )
            }
            _ => None,
        }
    }

    /// Whether an expression is a variable that may carry a gradient, or a field of one.
    fn is_place_in_value(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Field(field) => {
                self.is_place_in_value(&field.base) && !mentions::is_module(&self.scope, expr)
            }
            Expr::Path(path) => path
                .path
                .get_ident()
                .is_some_and(|name| matches!(self.scope.get(&name.to_string()), Some(Binding::Var(_)))),
            _ => false,
        }
    }
}

fn changes_text(call: &ExprMethodCall) -> bool {
    const CHANGES: [&str; 4] = ["insert_str", "make_ascii_lowercase", "make_ascii_uppercase", "push_str"];
    CHANGES.iter().any(|change| call.method == change)
}
