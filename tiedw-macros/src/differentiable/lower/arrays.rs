//! Arrays that `map` and `array::from_fn` make: lists of the same number of elements.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, ExprCall, ExprMethodCall, GenericArgument, Pat, PathArguments, Type};

use super::Lower;
use super::expression::itself;
use crate::differentiable::method::Argument;
use crate::differentiable::model::Operand;
use crate::private::{private, private_at};

impl Lower<'_> {
    /// Remembers a name that is bound to an array.
    pub(super) fn mark_array(&mut self, pattern: &Pat) {
        if let Pat::Ident(name) = pattern {
            self.arrays.extend(self.scope.number(&name.ident.to_string()));
        }
    }

    /// Remembers an argument that is an array.
    pub(super) fn mark_array_argument(&mut self, argument: &Argument) {
        if is_array_type(&argument.ty) {
            self.arrays.extend(self.scope.number(&argument.name.to_string()));
        }
    }

    /// Whether an expression certainly is an array.
    pub(super) fn is_array(&self, expr: &Expr) -> bool {
        match itself(expr) {
            Expr::Array(_) | Expr::Repeat(_) => true,
            Expr::MethodCall(call) => match (&*call.method.to_string(), call.args.len()) {
                ("each_ref", 0) => true,
                ("map", 1) | ("clone", 0) => self.is_array(&call.receiver),
                _ => false,
            },
            Expr::Call(call) => is_from_fn(call).is_some(),
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
                self.scope.number(&name.to_string()).is_some_and(|number| self.arrays.contains(&number))
            }),
            _ => false,
        }
    }

    /// Lowers `map` of an array; `None` if it is another method, or no gradient flows through it.
    pub(super) fn mapped_array(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        if call.args.len() != 1 || call.method != "map" {
            return None;
        }
        let whole = Expr::MethodCall(call.clone());
        if call.method != "map"
            || call.args.len() != 1
            || !self.is_array(&call.receiver)
            || self.is_plain(&whole)
        {
            return None;
        }
        // Each element of a literal is mapped where it stands.
        if matches!(itself(&call.receiver), Expr::Array(_)) {
            return self.list_method(call);
        }
        if !self.flows_through(&whole) {
            return None;
        }
        let [size, list, array, item] = ["size", "list", "array", "item"].map(|name| self.fresh(name));
        let (private, span) = (private_at(call.method.span()), call.method.span());
        let (receiver, is_lent) = match itself(&call.receiver) {
            Expr::MethodCall(lent) if lent.method == "each_ref" => (&lent.receiver, true),
            _ => (&call.receiver, false),
        };
        let is_place = matches!(itself(receiver), Expr::Path(_) | Expr::Field(_));
        let (before, receiver) = match is_place {
            true => (TokenStream::new(), receiver.to_token_stream()),
            false if is_lent => (quote!(let #array = &#receiver;), quote!(#array)),
            false => (quote!(let #array = #receiver;), quote!(#array)),
        };
        // An array that is lent may be one behind a reference.
        let items = if is_lent { quote!(#receiver.iter()) } else { receiver.clone() };
        let value = self.applied(&call.args[0], [quote!(#item)])?;
        let code = quote_spanned! {span=> {
            #before
            let #size = #private::size_of_array(&#receiver);
            let mut #list = ::std::vec::Vec::new();
            for #item in #items {
                #list.push(#value);
            }
            #private::array_of_list(#list, #size)
        }};
        Some(self.parsed(Some(code), call))
    }

    /// Lowers `array::from_fn(function)`; `None` if it is another call, or no gradient flows through it.
    pub(super) fn array_from_fn(&mut self, call: &ExprCall) -> Option<Operand> {
        let count = is_from_fn(call)?;
        if self.is_plain(&Expr::Call(call.clone())) {
            return None;
        }
        let [size, list, index] = ["size", "list", "index"].map(|name| self.fresh(name));
        let private = private();
        let value = self.applied(&call.args[0], [quote!(#index)])?;
        let count = count.map(|count| quote!(::<#count>));
        let code = quote! {{
            let #size = #private::size_of_result #count ();
            let mut #list = ::std::vec::Vec::new();
            for #index in 0..#size.count() {
                #list.push(#value);
            }
            #private::array_of_list(#list, #size)
        }};
        Some(self.parsed(Some(code), call))
    }

    /// Lowers the functions in such code; `None` if it is another call.
    pub(super) fn array_function(&mut self, call: &ExprCall, function: &syn::ExprPath) -> Option<Operand> {
        if function.path.segments.len() != 2 {
            return None;
        }
        let mut segments = function.path.segments.iter().map(|segment| &segment.ident);
        if *segments.next()? != private() {
            return None;
        }
        match &*segments.next()?.to_string() {
            "size_of_array" => {
                let array = self.shown_array(call.args.first()?);
                Some(Operand::plain(quote!(#function(&#array))))
            }
            "array_of_list" => {
                let size = &call.args[1];
                let Operand { expr, target } = self.expr(&call.args[0]);
                Some(Operand { expr: quote!(#function(#expr, #size)).into(), target })
            }
            _ => None,
        }
    }

    fn shown_array(&mut self, array: &Expr) -> TokenStream {
        match self.module_path(array) {
            Some(part) => part.view.to_token_stream(),
            None => self.expr(itself(array)).expr.to_token_stream(),
        }
    }
}

pub(super) fn is_array_type(ty: &Type) -> bool {
    match ty {
        Type::Paren(inner) => is_array_type(&inner.elem),
        Type::Reference(inner) => is_array_type(&inner.elem),
        ty => matches!(ty, Type::Array(_)),
    }
}

/// Whether a call is one of `array::from_fn`, with the number of elements, if that is written.
fn is_from_fn(call: &ExprCall) -> Option<Option<&GenericArgument>> {
    let Expr::Path(function) = &*call.func else { return None };
    if call.args.len() != 1 || function.path.segments.len() < 2 {
        return None;
    }
    let mut segments = function.path.segments.iter().rev();
    let (last, owner) = (segments.next()?, segments.next()?);
    if last.ident != "from_fn" || owner.ident != "array" || call.args.len() != 1 {
        return None;
    }
    Some(match &last.arguments {
        PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .nth(1)
            .filter(|count| !matches!(count, GenericArgument::Type(Type::Infer(_)))),
        _ => None,
    })
}
