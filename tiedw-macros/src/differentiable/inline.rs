//! Functions that a closure is passed to: their body is lowered where they are called.

use std::collections::HashMap;
use std::rc::Rc;

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Block, Expr, FnArg, GenericParam, ImplItemFn, ItemImpl, ReturnType, Signature, Type};

use super::checked::mentions;
use super::local_items::{self, LocalItems};
use super::passed::Passed;
use super::recursion;
use super::this;

/// The methods that take functions, by name.
#[derive(Clone, Default)]
pub(super) struct Inlined(Rc<HashMap<String, ImplItemFn>>);

impl Inlined {
    /// Finds those of a block that do not call themselves.
    pub(super) fn of(item: &ItemImpl, recursive: &[String]) -> Self {
        let functions = recursion::functions(item).map(|function| (function.sig.ident.to_string(), function));
        let taking = functions.filter(|(name, function)| {
            !recursive.contains(name)
                && is_alike_elsewhere(&function.block)
                && function.sig.inputs.iter().any(|input| is_passed(input, &function.sig))
        });
        Inlined(Rc::new(taking.map(|(name, function)| (name, function.clone())).collect()))
    }

    /// A body, and all that may be lowered within it.
    pub(super) fn code(&self, body: &Block) -> TokenStream {
        let inlined = self.0.values().map(|function| &function.block);
        quote!(#body #(#inlined)*)
    }

    /// For each argument of a method, what a function takes and returns.
    pub(super) fn types(&self, name: &str) -> Vec<FunctionTypes> {
        let Some(ImplItemFn { sig, .. }) = self.0.get(name) else { return Vec::new() };
        let inputs = sig.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_)));
        inputs.map(|input| types(input, sig)).collect()
    }

    /// The method as a closure, if it is known; `receiver` is what it is called on, under the name that `self` has there.
    pub(super) fn closure(&self, name: &str, receiver: &Expr) -> Option<TokenStream> {
        let function = self.0.get(name)?;
        Some(as_closure(&function.sig, &this::renamed_as(receiver, &function.block)))
    }
}

/// A function as a closure of its arguments other than `self`.
pub(super) fn as_closure(signature: &Signature, block: &Block) -> TokenStream {
    let inputs = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Receiver(_) => None,
        FnArg::Typed(argument) => {
            let pattern = &argument.pat;
            let ty = elsewhere(&argument.ty, signature);
            let ty = ty.filter(|ty| !matches!(ty, Type::ImplTrait(_)) && !is_passed(input, signature));
            Some(ty.map_or_else(|| quote!(#pattern), |ty| quote!(#pattern: #ty)))
        }
    });
    let output = match &signature.output {
        ReturnType::Type(_, ty) => elsewhere(ty, signature),
        ReturnType::Default => None,
    };
    let output = output.filter(|ty| !matches!(ty, Type::ImplTrait(_))).map(|ty| quote!(-> #ty));
    quote!(|#(#inputs),*| #output #block)
}

/// Whether a body means the same elsewhere: it has no items, conditions and macros of the user's.
pub(super) fn is_alike_elsewhere(block: &Block) -> bool {
    LocalItems::of(block).are_none() && !local_items::is_conditional(block)
}

/// Whether a function can be lowered where it is called: it takes functions, has no other parameters than their types, and does not
/// call itself.
pub(super) fn is_possible(signature: &Signature, block: &Block) -> bool {
    let is_of_function = |param: &GenericParam| match param {
        GenericParam::Type(param) => {
            let param = &param.ident;
            Passed::read(&syn::parse_quote!(#param), &signature.generics).is_some() && !names(block, param)
        }
        GenericParam::Const(_) => false,
        GenericParam::Lifetime(_) => true,
    };
    signature.inputs.iter().any(|input| is_passed(input, signature))
        && signature.generics.params.iter().all(is_of_function)
        && !recursion::calls_itself(&signature.ident, block)
        && is_alike_elsewhere(block)
}

/// Whether an argument is marked as one through which no gradient flows.
pub(super) fn is_constant(input: &FnArg) -> bool {
    let attributes = match input {
        FnArg::Receiver(receiver) => &receiver.attrs,
        FnArg::Typed(argument) => &argument.attrs,
    };
    attributes.iter().any(|attribute| attribute.path().is_ident("constant"))
}

/// Whether an argument is a function through which a gradient may flow.
pub(super) fn is_passed(input: &FnArg, signature: &Signature) -> bool {
    match input {
        FnArg::Receiver(_) => false,
        FnArg::Typed(argument) => Passed::read(&argument.ty, &signature.generics).is_some(),
    }
}

/// The types that a function takes and returns, as far as they mean the same elsewhere.
pub(super) type FunctionTypes = (Vec<Option<Type>>, Option<Type>);

/// Those of a function that is an argument.
pub(super) fn types(input: &FnArg, signature: &Signature) -> FunctionTypes {
    let passed = match input {
        FnArg::Typed(argument) => Passed::any(&argument.ty, &signature.generics),
        FnArg::Receiver(_) => None,
    };
    let Some(passed) = passed else { return (Vec::new(), None) };
    let inputs = passed.inputs().iter().map(|ty| elsewhere(ty, signature)).collect();
    (inputs, elsewhere(passed.output(), signature))
}

/// A type of a signature elsewhere, if it names no parameter. Lifetimes are left out.
pub(super) fn elsewhere(ty: &Type, signature: &Signature) -> Option<Type> {
    if names_parameter(ty, signature) {
        return None;
    }
    syn::parse2(without_lifetimes(ty.to_token_stream())).ok()
}

/// Whether code names a type or a constant that is a parameter of a function.
pub(super) fn names_parameter(code: &impl ToTokens, signature: &Signature) -> bool {
    signature.generics.params.iter().any(|param| match param {
        GenericParam::Type(param) => names(code, &param.ident),
        GenericParam::Const(param) => names(code, &param.ident),
        GenericParam::Lifetime(_) => false,
    })
}

fn without_lifetimes(code: TokenStream) -> TokenStream {
    let mut is_lifetime = false;
    let code = code.into_iter().map(|token| match token {
        TokenTree::Group(group) => Group::new(group.delimiter(), without_lifetimes(group.stream())).into(),
        TokenTree::Ident(name) if is_lifetime && name != "static" => {
            is_lifetime = false;
            TokenTree::Ident(Ident::new("_", name.span()))
        }
        token => {
            is_lifetime = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '\'');
            token
        }
    });
    code.collect()
}

/// Whether code has this word.
fn names(code: &impl ToTokens, name: &Ident) -> bool {
    mentions(code, &|token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == name))
}
