//! The method as it is called: it calls its body, which stands in the constant that checks it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, FnArg, ImplItemFn, Meta, Stmt, Type, parse_quote};

use super::context::Context;
use super::method::{Argument, Method};
use super::signature::name_of;
use super::stand_ins::with_pointers;

impl Context<'_> {
    /// Returns the method that calls the body in this constant; `None` if it cannot.
    pub(super) fn caller(&self, method: &Method, constant: &TokenStream) -> Option<ImplItemFn> {
        let text = |ty: &Type| ty.to_token_stream().to_string();
        let is_changed = |argument: &Argument| text(&with_pointers(&argument.ty)) != text(&argument.ty);
        let is_traced =
            method.function.attrs.iter().any(|attribute| attribute.path().is_ident("track_caller"));
        if is_traced || method.arguments.iter().any(is_changed) {
            return None;
        }
        let mut caller = method.function.clone();
        let names =
            method.arguments.iter().enumerate().map(|(position, Argument { name, .. })| {
                match position == 0 && method.value.is_some() {
                    true => Ident::new("self", name.span()),
                    false => name.clone(),
                }
            });
        let receiver = method.receiver.map(|receiver| quote!(#receiver,));
        caller.block.stmts = vec![Stmt::Expr(parse_quote!((#constant.1)(#receiver #(#names),*)), None)];
        let inputs = caller.sig.inputs.iter_mut().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        });
        for (input, Argument { name, .. }) in inputs.zip(&method.arguments) {
            *input.pat = parse_quote!(#name);
        }
        for attribute in &mut caller.attrs {
            allow_if_expected(attribute);
        }
        Some(caller)
    }
}

/// The generics of a method as arguments in its body. Those of types such as `impl Rng` have no name.
pub(super) fn arguments_of_caller(method: &Method) -> Vec<TokenStream> {
    let written = &method.function.sig.generics.params;
    let named = written.iter().filter_map(name_of).map(ToTokens::to_token_stream);
    let unnamed = method.generics.params.len() - written.len();
    named.chain(std::iter::repeat_n(quote!(_), unnamed)).collect()
}

/// Replaces `expect` by `allow`: of a constant and the method that calls it, one has what is expected.
pub(super) fn allow_if_expected(attribute: &mut Attribute) {
    if attribute.path().is_ident("expect")
        && let Meta::List(list) = &mut attribute.meta
    {
        list.path = parse_quote!(allow);
    }
}
