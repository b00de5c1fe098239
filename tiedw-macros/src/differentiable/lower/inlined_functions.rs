//! Functions of the module around that a closure is passed to, as `apply(x, |h| h * gain)`: their body is lowered where they are called.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Expr, ExprBlock, ExprCall, FnArg, Item, ItemFn, Pat, PatIdent, PatType, ReturnType};

use super::expression::itself;
use super::{Lower, free};
use crate::beside;
use crate::differentiable::inline::{self, FunctionTypes};
use crate::differentiable::local_items::LocalItems;
use crate::differentiable::misused_parts::is_differentiable;
use crate::differentiable::model::Operand;

/// How often a function is lowered within itself at most, as in `apply(x, |h| apply(h, |g| g * gain))`.
const DEPTH: usize = 4;

impl Lower<'_> {
    /// Lowers a call with a closure of a function that is beside this impl block or function.
    pub(super) fn call_with_closure(&mut self, call: &ExprCall) -> Option<Operand> {
        let has_element = || call.args.iter().any(|argument| self.is_element_of_parameter(argument));
        if !call.args.iter().any(|argument| self.is_closure(argument))
            || self.is_plain(&Expr::Call(call.clone())) && !has_element()
        {
            return None;
        }
        let Expr::Path(path) = &*call.func else { return None };
        let name = path.path.get_ident()?;
        let function = taking_closures(name, self.at?)?;
        let takes_some = function.sig.inputs.iter().zip(&call.args).any(|(input, argument)| {
            self.is_closure(argument)
                && inline::is_passed(input, &function.sig)
                && !inline::is_constant(input)
        });
        let outer = self.inlining.iter().filter(|outer| *outer == name).count();
        if function.sig.inputs.len() != call.args.len() || !takes_some || outer == DEPTH {
            return None;
        }
        let mut function = self.with_fresh_functions(function);
        let whole: Expr = syn::parse2(inline::as_closure(&function.sig, &function.block)).ok()?;
        if self.means_something_else(name, &whole) {
            return None;
        }
        for (input, argument) in function.sig.inputs.iter().zip(&call.args) {
            self.refuse_copy(argument);
            if inline::is_constant(input) && !self.is_plain(argument) {
                self.errors.at(
                    argument,
                    format_args!("this argument of `{name}` is marked `#[constant]`: write `stop_gradient(..)` of what carries a gradient"),
                );
                return Some(Operand::unit());
            }
        }
        // Functions have names before the other arguments do: to evaluate them changes nothing.
        let (mut functions, mut inputs, mut arguments) = (TokenStream::new(), Vec::new(), Vec::new());
        for (input, argument) in function.sig.inputs.iter().zip(&call.args) {
            let is_function = self.is_closure(argument) || self.is_passed(argument);
            match input {
                FnArg::Typed(PatType { pat, .. }) if is_function => {
                    let value = match self.is_closure(argument) {
                        true => typed(itself(argument), inline::types(input, &function.sig)),
                        false => itself(argument).to_token_stream(),
                    };
                    functions.extend(quote!(let #pat = #value;));
                }
                input => {
                    inputs.push(input.clone());
                    arguments.push(argument.to_token_stream());
                }
            }
        }
        function.sig.inputs = inputs.into_iter().collect();
        let closure: Expr = syn::parse2(inline::as_closure(&function.sig, &function.block)).ok()?;
        let code = self.applied(&closure, arguments);
        self.inlining.push(name.clone());
        let result = self.parsed(code.map(|code| quote!({ #functions #code })), call);
        self.inlining.pop();
        Some(result)
    }

    /// Gives the functions among the arguments names that no closure captures.
    fn with_fresh_functions(&mut self, mut function: ItemFn) -> ItemFn {
        for position in 0..function.sig.inputs.len() {
            if !inline::is_passed(&function.sig.inputs[position], &function.sig) {
                continue;
            }
            let FnArg::Typed(PatType { pat, .. }) = &mut function.sig.inputs[position] else { continue };
            let Pat::Ident(PatIdent { ident, .. }) = &mut **pat else { continue };
            let fresh = self.fresh("function");
            let written = std::mem::replace(ident, fresh.clone());
            let block = (*function.block).clone();
            let mut body = Expr::Block(ExprBlock { attrs: Vec::new(), label: None, block });
            free::replace(&mut body, &mut |name| (*name == written).then(|| syn::parse_quote!(#fresh)));
            if let Expr::Block(block) = body {
                *function.block = block.block;
            }
        }
        function
    }

    /// Whether a name in a function, or its own, may be another thing in this body.
    fn means_something_else(&self, name: &Ident, function: &Expr) -> bool {
        free::names(function).iter().any(|name| self.scope.get(&name.to_string()).is_some())
            || LocalItems::of(self.body).named_in(quote!(#name #function)).is_some()
    }
}

/// The function of this name beside the item of a token, if a closure may be passed to it.
pub(in crate::differentiable) fn taking_closures(name: &Ident, at: Span) -> Option<ItemFn> {
    let mut functions = beside::items(at)?.into_iter().filter_map(|item| match item {
        Item::Fn(function) if function.sig.ident == *name => Some(function),
        _ => None,
    });
    let function = functions.next()?;
    let (marks, others): (Vec<_>, Vec<_>) = function.attrs.iter().cloned().partition(is_differentiable);
    let is_known = functions.next().is_none() && !marks.is_empty() && beside::are_inert(&others);
    (is_known && inline::is_possible(&function.sig, &function.block)).then_some(function)
}

/// A closure with the types that a function that is passed has, or one around the name of a function.
pub(in crate::differentiable) fn typed(function: &Expr, (inputs, result): FunctionTypes) -> TokenStream {
    let Expr::Closure(closure) = function else {
        let (mut patterns, mut names) = (Vec::new(), Vec::new());
        for (position, ty) in inputs.iter().enumerate() {
            let name = format_ident!("__input{position}", span = Span::mixed_site());
            patterns.push(ty.as_ref().map_or_else(|| quote!(#name), |ty| quote!(#name: #ty)));
            names.push(name);
        }
        let result = result.map(|ty| quote!(-> #ty));
        return quote!(|#(#patterns),*| #result { #function(#(#names),*) });
    };
    let mut closure = closure.clone();
    for (pattern, ty) in closure.inputs.iter_mut().zip(inputs) {
        if let Some(ty) = ty.filter(|_| !matches!(pattern, Pat::Type(_))) {
            *pattern = Pat::Type(PatType {
                attrs: Vec::new(),
                pat: Box::new(pattern.clone()),
                colon_token: Default::default(),
                ty: Box::new(ty),
            });
        }
    }
    if let (ReturnType::Default, Some(result)) = (&closure.output, result) {
        let body = &closure.body;
        *closure.body = syn::parse_quote!({ #body });
        closure.output = syn::parse_quote!(-> #result);
    }
    closure.into_token_stream()
}
