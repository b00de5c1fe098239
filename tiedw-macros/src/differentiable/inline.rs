//! Methods of the block that a closure is passed to: their body is lowered where they are called.

use std::collections::HashMap;
use std::rc::Rc;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Block, Expr, FnArg, ImplItemFn, ItemImpl, ReturnType};

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
            !recursive.contains(name) && function.sig.inputs.iter().any(|input| is_passed(input, function))
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
        let is_generic = function.sig.generics.type_params().any(|param| {
            let param = &param.ident;
            Passed::read(&syn::parse_quote!(#param), &function.sig.generics).is_none()
        }) || function.sig.generics.const_params().next().is_some();
        let inputs = function.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Receiver(_) => None,
            FnArg::Typed(argument) => {
                let (pattern, ty) = (&argument.pat, &argument.ty);
                let untyped = is_generic || is_passed(input, function);
                Some(if untyped { quote!(#pattern) } else { quote!(#pattern: #ty) })
            }
        });
        let block = this::renamed_as(receiver, &function.block);
        let output = match &function.sig.output {
            ReturnType::Type(_, ty) if !is_generic => quote!(-> #ty),
            _ => TokenStream::new(),
        };
        Some(quote!(|#(#inputs),*| #output #block))
    }
}

fn is_passed(input: &FnArg, function: &ImplItemFn) -> bool {
    match input {
        FnArg::Receiver(_) => false,
        FnArg::Typed(argument) => Passed::read(&argument.ty, &function.sig.generics).is_some(),
    }
}
