//! Functions that a closure is passed to: their body is lowered where they are called.

use std::collections::HashMap;
use std::rc::Rc;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Block, Expr, FnArg, GenericParam, ImplItemFn, ItemImpl, ReturnType, Signature, Type};

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
                && function.sig.inputs.iter().any(|input| is_passed(input, &function.sig))
        });
        Inlined(Rc::new(taking.map(|(name, function)| (name, function.clone())).collect()))
    }

    /// A body, and all that may be lowered within it.
    pub(super) fn code(&self, body: &Block) -> TokenStream {
        let inlined = self.0.values().map(|function| &function.block);
        quote!(#body #(#inlined)*)
    }

    /// The method as a closure, if it is known; `receiver` is what it is called on, under the name that `self` has there.
    pub(super) fn closure(&self, name: &str, receiver: &Expr) -> Option<TokenStream> {
        let function = self.0.get(name)?;
        Some(as_closure(&function.sig, &this::renamed_as(receiver, &function.block)))
    }
}

/// A function as a closure of its arguments other than `self`.
pub(super) fn as_closure(signature: &Signature, block: &Block) -> TokenStream {
    let is_generic = !is_named(signature);
    let inputs = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Receiver(_) => None,
        FnArg::Typed(argument) => {
            let (pattern, ty) = (&argument.pat, &argument.ty);
            let untyped = is_generic || matches!(**ty, Type::ImplTrait(_)) || is_passed(input, signature);
            Some(if untyped { quote!(#pattern) } else { quote!(#pattern: #ty) })
        }
    });
    let output = match &signature.output {
        ReturnType::Type(_, ty) if !is_generic => quote!(-> #ty),
        _ => TokenStream::new(),
    };
    quote!(|#(#inputs),*| #output #block)
}

/// Whether a function can be lowered where it is called: it takes functions, does not call itself, and its body names no parameter of its own.
pub(super) fn is_possible(signature: &Signature, block: &Block) -> bool {
    let parameters = signature.generics.params.iter().map(|param| match param {
        GenericParam::Type(param) => &param.ident,
        GenericParam::Const(param) => &param.ident,
        GenericParam::Lifetime(param) => &param.lifetime.ident,
    });
    signature.inputs.iter().any(|input| is_passed(input, signature))
        && !recursion::calls_itself(&signature.ident, block)
        && !parameters.into_iter().any(|name| names(block.to_token_stream(), name))
}

/// Whether an argument is marked as one through which no gradient flows.
pub(super) fn is_constant(input: &FnArg) -> bool {
    let attributes = match input {
        FnArg::Receiver(receiver) => &receiver.attrs,
        FnArg::Typed(argument) => &argument.attrs,
    };
    attributes.iter().any(|attribute| attribute.path().is_ident("constant"))
}

/// Whether the types of a signature mean the same elsewhere: they name no parameter of its own, and are types of variables, too.
fn is_named(signature: &Signature) -> bool {
    signature.generics.params.iter().all(|param| match param {
        GenericParam::Type(param) => {
            let param = &param.ident;
            Passed::read(&syn::parse_quote!(#param), &signature.generics).is_some()
        }
        GenericParam::Const(_) | GenericParam::Lifetime(_) => false,
    })
}

/// Whether an argument is a function through which a gradient may flow.
pub(super) fn is_passed(input: &FnArg, signature: &Signature) -> bool {
    match input {
        FnArg::Receiver(_) => false,
        FnArg::Typed(argument) => Passed::read(&argument.ty, &signature.generics).is_some(),
    }
}

/// What a function that is an argument returns, if the type means the same elsewhere.
pub(super) fn result(input: &FnArg, signature: &Signature) -> Option<Type> {
    match input {
        FnArg::Typed(argument) if is_named(signature) => {
            Passed::read(&argument.ty, &signature.generics).map(Passed::into_output)
        }
        _ => None,
    }
}

/// Whether code has this word.
fn names(code: TokenStream, name: &Ident) -> bool {
    code.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == *name,
        TokenTree::Group(group) => names(group.stream(), name),
        _ => false,
    })
}
