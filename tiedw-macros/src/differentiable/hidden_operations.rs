//! The check that no trait in scope hides an operation that a body calls, which the core explains.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Block, ExprMethodCall, Item, ItemUse};

use super::lower::is_of_tensors;
use crate::private::{private, private_at};
use crate::visit::{self, Visit};

/// Operators, of which traits of the standard library have the methods.
const OPERATORS: [&str; 6] = ["eq", "ge", "gt", "le", "lt", "ne"];

/// The number of kinds of receivers: a tensor, and each kind of parameter by value and by reference.
const RECEIVERS: usize = 1 + 6 + 6;

/// Generates the check for the operations of a body; `None` if it calls none.
pub(super) fn check(body: &Block) -> Option<TokenStream> {
    let mut calls = Calls::default();
    calls.visit_block(body);
    let Calls { operations, imports } = calls;
    if operations.is_empty() {
        return None;
    }
    let name = Ident::new("check", Span::mixed_site());
    let calls = operations.into_iter().map(on_each_receiver);
    let private = private();
    Some(quote! {
        #[allow(dead_code, unused_imports)]
        fn #name() {
            use #private::HiddenOperation as _;
            #(#imports)*
            #(#calls)*
        }
    })
}

/// Calls an operation on each kind of receiver. The spans are those of the call, which an error repeats.
fn on_each_receiver(call: &ExprMethodCall) -> TokenStream {
    let mut spans = call.receiver.to_token_stream().into_iter().map(|token| token.span());
    let start = spans.next().unwrap_or_else(Span::call_site);
    let (private, end) = (private_at(start), spans.last().unwrap_or(start));
    let receiver = [quote_spanned!(start=> #private::any_tensor), quote_spanned!(end=> ())];
    let (method, arguments) = (&call.method, quote_spanned!(call.paren_token.span.join()=> ()));
    let calls = std::iter::repeat_n(quote_spanned!(method.span()=> .#method #arguments), RECEIVERS);
    quote!(#(#receiver)* #(#calls)*;)
}

/// The operations that a body calls, each where it is called first, and what the body imports.
#[derive(Default)]
struct Calls<'a> {
    operations: Vec<&'a ExprMethodCall>,
    imports: Vec<&'a ItemUse>,
}

impl<'a> Visit<'a> for Calls<'a> {
    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        visit::visit_expr_method_call(self, call);
        let name = call.method.to_string();
        let is_known = self.operations.iter().any(|known| known.method == call.method);
        if is_of_tensors(&name) && !OPERATORS.contains(&&*name) && !is_known {
            self.operations.push(call);
        }
    }

    fn visit_item(&mut self, item: &'a Item) {
        match item {
            Item::Use(import) => self.imports.push(import),
            _ => visit::visit_item(self, item),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differentiable::lower::{OF_TENSORS, OPERATIONS};

    #[test]
    fn the_trait_of_the_core_has_each_operation() {
        let source = include_str!("../../../tiedw-core/src/value/hidden_operations.rs");
        let (_, names) = source.split_once("operations! {\n").unwrap();
        let (names, _) = names.split_once('}').unwrap();
        let names: Vec<&str> = names.split_whitespace().collect();
        assert!(names.iter().all(|name| is_of_tensors(name) && !OPERATORS.contains(name)));
        let operations = OPERATIONS.iter().chain(&OF_TENSORS).filter(|name| !OPERATORS.contains(name));
        operations.for_each(|name| assert!(names.contains(name), "{name}"));
    }
}
