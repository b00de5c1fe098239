//! The methods of a struct or an enum of values, `#[differentiable(value)] impl State { .. }`: functions whose first argument
//! is `self`.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::visit::Visit;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, FnArg, ImplItem, ImplItemFn, ItemImpl, Receiver, ReceiverKind, parse_quote};

use super::circles;
use super::context::Context;
use super::expand::differentiated;
use super::lenders::{self, Lenders};
use super::method::{Method, refuse};
use super::named_types::NamedTypes;
use super::of_operator::Operator;
use super::options::Options;
use super::own_type::OwnType;
use super::recursion;
use super::signature::name_of;
use super::this::RECEIVER;
use super::{known_fields, known_lenders};
use super::{this, trait_of_values};
use crate::errors::Errors;

/// Expands the impl block of a type of values.
pub(super) fn expand(options: &Options, item: &ItemImpl, errors: &mut Errors) -> TokenStream {
    if let Some(operator) = Operator::of(item) {
        return operator.expand(options, item, errors);
    }
    if let Some((path, _)) = &item.trait_ {
        let Some((block, implementation)) = trait_of_values::split(item, path, errors) else {
            return without_marks(item).into_token_stream();
        };
        let block = expand(options, &block, errors);
        return quote!(#block #implementation);
    }
    let params = &item.generics.params;
    let mut context = Context {
        params: params.iter().cloned().collect(),
        value: Some(&item.self_ty),
        captured: params.iter().filter_map(name_of).map(ToTokens::to_token_stream).collect(),
        ..Context::of_function(&options.krate, &item.generics, &item.self_ty)
    };
    let mut methods = item.clone();
    OwnType { module: &item.self_ty, associated: &[] }.replace(&mut methods);
    let functions: Vec<ImplItemFn> =
        recursion::functions(&methods).map(|function| without_self(function, item, errors)).collect();
    let lenders = lenders::by_use(functions.iter(), &item.generics);
    known_lenders::note(&without_receivers(&lenders, item), item.impl_token.span);
    let lenders = Rc::new(lenders);
    let own: HashSet<String> = functions.iter().map(|function| function.sig.ident.to_string()).collect();
    let recursive = recursion::recursive(recursion::functions(item));
    context.named = NamedTypes::of(functions.iter(), &item.self_ty, &item.generics, &options.krate);
    let (mut companions, mut callers, mut refused) = (TokenStream::new(), HashMap::new(), HashSet::new());
    for (function, written) in functions.iter().zip(recursion::functions(item)) {
        let mut method = Method::read(function, &item.generics, errors);
        if method.is_kept {
            continue;
        }
        if known_fields::report(function, None, item.impl_token.span, errors) {
            method.refuse();
            refused.insert(function.sig.ident.clone());
        }
        let name = function.sig.ident.to_string();
        method.is_recursive = options.is_recursive
            || recursive.contains(&name)
            || calls_of_parts(function, &own)
            || circles::has(Some(&item.self_ty), &function.sig.ident, item.impl_token.span);
        method.lend(&lenders);
        method.value = receiver(written);
        let changed = differentiated(&method, &options.krate, errors);
        let differentiated = changed.as_ref().unwrap_or(&method);
        let (checked, companion) = context.checked_companion(&method, differentiated, errors);
        if let Some(checked) = &checked {
            companions.extend(checked.definition().clone());
            callers.extend(checked.caller().map(|caller| (name, caller.clone())));
        }
        companions.extend(companion);
    }
    let (mut written, ty, bounds) = (without_marks(item), &item.self_ty, &item.generics.where_clause);
    for member in &mut written.items {
        let ImplItem::Fn(function) = member else { continue };
        if refused.contains(&function.sig.ident) {
            refuse(function);
        }
        if let Some(mut caller) = callers.remove(&function.sig.ident.to_string()) {
            if let Some(receiver) = function.sig.receiver() {
                caller.sig.inputs[0] = FnArg::Receiver(without_mutability(receiver));
            }
            *function = caller;
        }
    }
    let named = context.named.iter().map(NamedTypes::definition);
    quote! {
        #written
        #(#named)*
        impl<#params> #ty #bounds {
            #companions
        }
    }
}

/// What methods of a block change of their arguments other than `self`.
fn without_receivers(lenders: &Lenders, item: &ItemImpl) -> Lenders {
    let methods = recursion::functions(item).filter(|function| function.sig.receiver().is_some());
    let methods: HashSet<String> = methods.map(|function| function.sig.ident.to_string()).collect();
    let shifted = lenders.iter().map(|(name, lending)| match methods.contains(name) {
        true => (name.clone(), lending.without_first()),
        false => (name.clone(), lending.clone()),
    });
    shifted.collect()
}

/// Whether a function calls a method of the block on another value, which may be a part of this one.
fn calls_of_parts(function: &ImplItemFn, own: &HashSet<String>) -> bool {
    struct Calls<'o>(&'o HashSet<String>, bool);
    impl<'ast> Visit<'ast> for Calls<'_> {
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            let is_self = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident(RECEIVER));
            self.1 |= !is_self && self.0.contains(&call.method.to_string());
            crate::visit::visit_expr_method_call(self, call);
        }
    }
    let mut calls = Calls(own, false);
    calls.visit_block(&function.block);
    calls.1
}

/// The block as written, without the attributes that this macro reads.
pub(super) fn without_marks(item: &ItemImpl) -> ItemImpl {
    let mut item = item.clone();
    for member in &mut item.items {
        if let ImplItem::Fn(function) = member {
            function.block = super::lower::checkpoint::without_marks(&function.block);
            for input in &mut function.sig.inputs {
                if let FnArg::Typed(argument) = input {
                    argument.attrs.retain(|attribute| !attribute.path().is_ident("constant"));
                }
            }
        }
    }
    item
}

/// `self` for `mut self`.
fn without_mutability(receiver: &Receiver) -> Receiver {
    let mut receiver = receiver.clone();
    receiver.mutability = None;
    receiver
}

/// `&self` or `self`.
fn receiver(function: &ImplItemFn) -> Option<TokenStream> {
    let receiver = function.sig.receiver()?;
    Some(if matches!(receiver.kind, ReceiverKind::Reference(..)) { quote!(&self) } else { quote!(self) })
}

/// The function whose first argument is the value.
pub(super) fn without_self(function: &ImplItemFn, item: &ItemImpl, errors: &mut Errors) -> ImplItemFn {
    let mut function = function.clone();
    if let Some(FnArg::Receiver(receiver)) = function.sig.inputs.first() {
        let (ty, name) = (&item.self_ty, Ident::new(RECEIVER, receiver.self_token.span));
        let argument: FnArg = match &receiver.kind {
            ReceiverKind::Reference(_, _, None) => parse_quote!(#name: &#ty),
            ReceiverKind::Value => {
                let mutability = &receiver.mutability;
                parse_quote!(#mutability #name: #ty)
            }
            _ => {
                errors.at(
                    receiver,
                    "a differentiable method of a value takes `&self` or `self`; return the new value",
                );
                refuse(&mut function);
                parse_quote!(#name: &#ty)
            }
        };
        function.sig.inputs[0] = argument;
        // `Self` has been replaced before, and other code of unknown meaning is for rustc to report.
        let _ = this::rename(&mut function.block, RECEIVER);
    }
    function
}
