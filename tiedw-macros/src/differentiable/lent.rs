//! Arguments by mutable reference that are values.
//!
//! The companion takes each of them by value, and returns it after the result: `fn step(&self, state: &mut State) -> f32` has
//! the companion of `fn step(&self, mut state: State) -> (f32, State)`. A call `self.step(&mut state)` assigns what comes back.

use std::collections::HashSet;
use std::rc::Rc;

use crate::visit::Visit;
use crate::visit_mut::{self, VisitMut};
use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{Block, Expr, ReturnType, Stmt, Token, Type, parse_quote};

use super::lenders::{self, Lenders};
use super::lower::free::in_macro;
use super::method::{Method, carries_gradient, is_number_or_tensor};
use crate::errors::Errors;

/// Whether an argument of this type is a value that is changed in place; `generics` are the names of type parameters that may
/// be no values.
pub(super) fn is_lent(ty: &Type, generics: &HashSet<String>) -> bool {
    let Type::Reference(reference) = ty else { return false };
    reference.mutability.is_some() && may_be_value(&reference.elem, generics)
}

fn may_be_value(ty: &Type, generics: &HashSet<String>) -> bool {
    match ty {
        Type::Path(path) => {
            let last = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            let is_generic = path.path.get_ident().is_some_and(|name| generics.contains(&name.to_string()));
            !is_generic && !is_generator(&last) && carries_gradient(ty)
        }
        Type::Tuple(_) | Type::Array(_) | Type::Slice(_) => carries_gradient(ty),
        _ => false,
    }
}

/// Whether a type is named like a random number generator.
pub(super) fn is_generator(name: &str) -> bool {
    name.ends_with("Rng")
}

impl Method {
    /// The method with its values by value, if it has some by mutable reference.
    pub(super) fn by_value(&self, errors: &mut Errors) -> Option<Method> {
        let lenders = &*self.lenders;
        let lent: Vec<Ident> = self.lent().cloned().collect();
        if lent.is_empty() {
            return None;
        }
        let mut method = self.clone();
        let mut types = Vec::new();
        for argument in method.arguments.iter_mut().filter(|argument| argument.lent) {
            argument.ty = match argument.referred() {
                // A slice has no size: the list that it is taken of has.
                Type::Slice(slice) => {
                    let element = &slice.elem;
                    parse_quote!(::std::vec::Vec<#element>)
                }
                ty => ty.clone(),
            };
            argument.mutability = Some(Default::default());
            argument.active = true;
            argument.certain = is_number_or_tensor(&argument.ty);
            types.push(argument.ty.clone());
        }
        let Method { function, body, output, .. } = &mut method;
        function.block = returning(&function.block, &lent, lenders, output, errors);
        *body = returning(body, &lent, lenders, output, &mut Errors::default());
        *output = parse_quote!((#output, #(#types,)*));
        function.sig.output = ReturnType::Type(Default::default(), Box::new(output.clone()));
        Some(method)
    }

    /// Remembers which of its arguments are lent, and the other functions of the block that are lent values.
    pub(super) fn lend(&mut self, lenders: &Rc<Lenders>) {
        let lent = lenders.get(&self.function.sig.ident.to_string());
        for (position, argument) in self.arguments.iter_mut().enumerate() {
            argument.lent &= lent.is_some_and(|lent| lent.contains(position));
        }
        self.lenders = Rc::clone(lenders);
    }

    /// The names of the values by mutable reference.
    pub(super) fn lent(&self) -> impl Iterator<Item = &Ident> {
        self.arguments.iter().filter(|argument| argument.lent).map(|argument| &argument.name)
    }
}

/// Changes a body to own the values that were lent, and to return them.
fn returning(block: &Block, lent: &[Ident], lenders: &Lenders, output: &Type, errors: &mut Errors) -> Block {
    let mut block = block.clone();
    Shadows { lent, errors }.visit_block(&block);
    let kind = match output {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
        _ => String::new(),
    };
    Owning { lent, lenders, kind: &kind, is_in_closure: false }.visit_block_mut(&mut block);
    match block.stmts.pop() {
        Some(Stmt::Expr(Expr::Return(exit), semicolon)) => {
            block.stmts.push(Stmt::Expr(Expr::Return(exit), semicolon))
        }
        Some(Stmt::Expr(tail, None)) => {
            // A half-written expression stays as it is.
            let returned = syn::parse2(quote!((#tail, #(#lent,)*))).unwrap_or(tail);
            block.stmts.push(Stmt::Expr(returned, None));
        }
        last => {
            block.stmts.extend(last);
            if matches!(output, Type::Tuple(unit) if unit.elems.is_empty()) {
                block.stmts.push(Stmt::Expr(parse_quote!(((), #(#lent,)*)), None));
            }
        }
    }
    block
}

/// Reports variables with the name of a value that was lent, which could not be returned.
struct Shadows<'l> {
    lent: &'l [Ident],
    errors: &'l mut Errors,
}

impl<'ast> Visit<'ast> for Shadows<'_> {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        if self.lent.contains(&pattern.ident) {
            self.errors.at(
                &pattern.ident,
                format_args!(
                    "`{}` is an argument that is changed in place; give this another name",
                    pattern.ident
                ),
            );
        }
        crate::visit::visit_pat_ident(self, pattern);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

type Arguments = Punctuated<Expr, Token![,]>;

/// Replaces `*state` by `state`, `f(state)` by `f(&mut state)` or `f(&state)`, and returns the values with each result.
struct Owning<'l> {
    lent: &'l [Ident],
    lenders: &'l Lenders,
    /// The name of the type of the result.
    kind: &'l str,
    is_in_closure: bool,
}

impl Owning<'_> {
    fn is_lent(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Path(path) if path.path.get_ident().is_some_and(|name| self.lent.contains(name)))
    }

    /// For each argument of a call, whether it is a copy, as in `f(*state)`.
    fn copied(&self, call: &Expr) -> Vec<bool> {
        let arguments = match call {
            Expr::Call(call) => &call.args,
            Expr::MethodCall(call) => &call.args,
            _ => return Vec::new(),
        };
        let is_copy = |argument: &Expr| match argument {
            Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Deref(_)) && self.is_lent(&unary.expr),
            _ => false,
        };
        arguments.iter().map(is_copy).collect()
    }

    /// Makes the implicit references among the arguments of a call explicit. In parentheses are those of which it depends on the
    /// function what they are.
    fn lend_each(&self, function: Option<&Ident>, arguments: &mut Arguments, copied: &[bool]) {
        let changed = function.and_then(|name| self.lenders.get(&name.to_string()));
        for (position, argument) in arguments.iter_mut().enumerate() {
            if self.is_lent(argument) && !copied[position] {
                *argument = match changed.map(|changed| changed.contains(position)) {
                    Some(true) => parse_quote!(&mut #argument),
                    Some(false) => parse_quote!(&#argument),
                    None => parse_quote!((&#argument)),
                };
            }
        }
    }
}

impl VisitMut for Owning<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if matches!(expr, Expr::Async(_)) {
            return;
        }
        let copied = self.copied(expr);
        visit_mut::visit_expr_mut(self, expr);
        let lent = self.lent;
        match expr {
            // A `return` or `?` leaves the closure only.
            Expr::Return(_) | Expr::Try(_) if self.is_in_closure => {}
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) && self.is_lent(&unary.expr) => {
                *expr = (*unary.expr).clone();
            }
            Expr::Call(call) => {
                let count = call.args.len();
                let name = match &*call.func {
                    Expr::Path(path) if lenders::are_named(self.lenders, &path.path, count) => {
                        path.path.segments.last().map(|last| &last.ident)
                    }
                    _ => None,
                };
                self.lend_each(name, &mut call.args, &copied);
            }
            Expr::MethodCall(call) => {
                let own = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self"));
                self.lend_each(own.then_some(&call.method), &mut call.args, &copied);
            }
            Expr::Return(exit) => {
                let value = exit.expr.as_ref().map_or_else(|| quote!(()), ToTokens::to_token_stream);
                exit.expr = Some(parse_quote!((#value, #(#lent,)*)));
            }
            Expr::Try(question) => {
                let inner = &question.expr;
                match self.kind {
                    "Option" => {
                        *expr = parse_quote! {
                            match #inner {
                                ::core::option::Option::Some(value) => value,
                                ::core::option::Option::None => return (::core::option::Option::None, #(#lent,)*),
                            }
                        };
                    }
                    "Result" => {
                        *expr = parse_quote! {
                            match #inner {
                                ::core::result::Result::Ok(value) => value,
                                ::core::result::Result::Err(error) => return (
                                    ::core::result::Result::Err(::core::convert::From::from(error)),
                                    #(#lent,)*
                                ),
                            }
                        };
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        in_macro(mac, &mut |expr| self.visit_expr_mut(expr));
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        let is_in_closure = std::mem::replace(&mut self.is_in_closure, true);
        self.visit_expr_mut(&mut closure.body);
        self.is_in_closure = is_in_closure;
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
