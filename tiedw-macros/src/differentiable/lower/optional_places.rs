//! `&mut` of what an option holds, or of a place that may not be there: `if let Some(h) = &mut state.h`, `states.last_mut()`.

use quote::quote;
use syn::{Expr, ExprIf, ExprMethodCall, Ident, Pat, Stmt};

use super::Lower;
use super::borrowed::{Alias, root, root_mut};
use super::branch::is_some;
use super::lent::{is_implicit, place_of};
use super::order::changes_name;
use crate::differentiable::model::Operand;

impl Lower<'_> {
    /// Lowers a branch that changes what is inside of an option, as in `if let Some(h) = list.last_mut()`; `None` if it
    /// is another branch.
    pub(super) fn if_place(&mut self, branch: &ExprIf) -> Option<Operand> {
        let Expr::Let(condition) = &*branch.cond else { return None };
        let (before, is_there, aliases) = self.inside_of_option(&condition.pat, &condition.expr)?;
        let then = self.with_places(branch.then_branch.stmts.clone(), &aliases);
        let otherwise = branch.else_branch.as_ref().map(|(token, other)| quote!(#token #other));
        let code = quote!({ #(#before)* if #is_there { #(#then)* } #otherwise });
        Some(self.parsed(Some(code), branch))
    }

    /// The place of `list.last_mut().unwrap()` and its like, and statements to run before; `None` if it is another expression.
    pub(super) fn unwrapped_place(&mut self, expr: &Expr) -> Option<(Vec<Stmt>, Expr)> {
        let Expr::MethodCall(call) = expr else { return None };
        if call.method != "unwrap" && call.method != "expect" {
            return None;
        }
        let (before, is_there, place) = self.optional_place(&call.receiver, false)?;
        // What is inside of `as_mut()` checks itself.
        if option_of(&call.receiver).is_some() {
            return Some((before, place));
        }
        let check = check_of_unwrap(call, &is_there);
        Some((before.into_iter().chain([check]).collect(), place))
    }

    /// Of `let h = option.get_or_insert(value)`, where `h` is changed later: statements that fill the option, and what is inside.
    pub(super) fn filled_option(
        &mut self,
        init: &Expr,
        name: &Ident,
        rest: &[Stmt],
    ) -> Option<(Vec<Stmt>, Expr)> {
        let Expr::MethodCall(call) = init else { return None };
        let (option, argument) = (&call.receiver, call.args.first().filter(|_| call.args.len() == 1)?);
        let rest: Expr = syn::parse_quote!({ #(#rest)* });
        let is_lazy = call.method == "get_or_insert_with";
        if !is_lazy && call.method != "get_or_insert" && call.method != "insert"
            || !self.holds_value(option)
            || !changes_name(&rest, name)
        {
            return None;
        }
        let value = self.fresh("value");
        let before = match &*call.method.to_string() {
            "get_or_insert_with" => {
                let made = self.applied(argument, [])?;
                vec![syn::parse_quote!(if #option.is_none() { #option = Some(#made); })]
            }
            "get_or_insert" => vec![
                syn::parse_quote!(let #value = #argument;),
                syn::parse_quote!(if #option.is_none() { #option = Some(#value); }),
            ],
            _ => vec![syn::parse_quote!(let #value = #argument;), syn::parse_quote!(#option = Some(#value);)],
        };
        Some((before, syn::parse_quote!(#option.as_mut().unwrap())))
    }

    /// Whether an expression is `list.last_mut().unwrap()` or its like.
    pub(super) fn is_unwrapped_place(&self, expr: &Expr) -> bool {
        let Expr::MethodCall(call) = expr else { return false };
        (call.method == "unwrap" || call.method == "expect") && self.is_borrow(&call.receiver)
    }

    /// A place with an element in place of a root such as `list.last_mut().unwrap()`.
    pub(super) fn unwrapped_root(&mut self, place: &Expr) -> Expr {
        let mut place = place.clone();
        // What is inside of `as_mut()` is a place by itself, if it is accessed.
        let is_option = |unwrap: &ExprMethodCall| matches!(&*unwrap.receiver, Expr::MethodCall(option) if option.method == "as_mut");
        let is_place = !matches!(place, Expr::MethodCall(_))
            && matches!(root(&place), Expr::MethodCall(unwrap) if is_option(unwrap));
        if is_place {
            return place;
        }
        if let Some((before, element)) = self.unwrapped_place(root(&place)) {
            before.iter().for_each(|stmt| self.stmt(stmt));
            *root_mut(&mut place) = element;
        }
        place
    }

    /// Lowers a `match` of an option of a mutable reference, which has one arm for each case; `None` if it is another one.
    pub(super) fn match_place(&mut self, branch: &syn::ExprMatch) -> Option<Operand> {
        let [one, other] = &branch.arms[..] else { return None };
        let is_there = |arm: &syn::Arm| matches!(&arm.pat, Pat::TupleStruct(some) if is_some(&some.path) || is_ok(&some.path));
        let (some, none) = match (is_there(one), is_there(other)) {
            (true, false) => (one, other),
            (false, true) if !matches!(&one.pat, Pat::Wild(_)) => (other, one),
            _ => return None,
        };
        if !self.is_borrow(&branch.expr) {
            return None;
        }
        let (option, pattern, then, otherwise) = (&branch.expr, &some.pat, &some.body, &none.body);
        let otherwise = match (&none.pat, option_of(option)) {
            (pattern @ Pat::TupleStruct(error), Some(result))
                if !matches!(error.elems.first(), Some(Pat::Wild(_))) =>
            {
                quote!(match #result.as_ref() { #pattern => #otherwise, Ok(_) => ::core::unreachable!() })
            }
            _ => quote!(#otherwise),
        };
        let code = quote!(if let #pattern = #option { #then } else { #otherwise });
        Some(self.parsed(Some(code), branch))
    }

    /// As [`optional_place`](Self::optional_place), with the names that a pattern `Some(..)` gives to what is inside, or a slice
    /// pattern to elements.
    pub(super) fn inside_of_option(
        &mut self,
        pattern: &Pat,
        expr: &Expr,
    ) -> Option<(Vec<Stmt>, Expr, Vec<Alias>)> {
        let Pat::TupleStruct(some) = pattern else { return self.inside_of_slice(pattern, expr) };
        let is_of_result = is_ok(&some.path);
        if !is_some(&some.path) && !is_of_result || some.elems.len() != 1 {
            return None;
        }
        if is_of_result && option_of(expr).is_none() {
            return None;
        }
        if let Some(split) = self.first_or_last_place(&some.elems[0], expr) {
            return Some(split);
        }
        let (before, is_there, place) = self.optional_place(expr, is_of_result)?;
        let mut aliases = Vec::new();
        self.aliases(&some.elems[0], place, &mut aliases);
        Some((before, is_there, aliases))
    }

    /// What is inside of an option, or a result, of a mutable reference: statements to run before, whether it is there, and its place.
    fn optional_place(&mut self, expr: &Expr, is_of_result: bool) -> Option<(Vec<Stmt>, Expr, Expr)> {
        match expr {
            Expr::Path(_) if self.is_borrow(expr) => {
                self.optional_place(&syn::parse_quote!(#expr.as_mut()), is_of_result)
            }
            Expr::Paren(_) if self.is_borrow(expr) && is_implicit(expr) => {
                let option = place_of(expr);
                self.optional_place(&syn::parse_quote!(#option.as_mut()), is_of_result)
            }
            Expr::Paren(inner) => self.optional_place(&inner.expr, is_of_result),
            Expr::Reference(reference) if reference.mutability.is_some() => {
                let option = &reference.expr;
                self.optional_place(&syn::parse_quote!(#option.as_mut()), is_of_result)
            }
            Expr::MethodCall(call) if is_option_of_place(call) && self.holds_value(&call.receiver) => {
                let place = self.fixed(&call.receiver);
                let index = self.fresh("index");
                match (&*call.method.to_string(), call.args.first()) {
                    ("as_mut", None) => Some((
                        Vec::new(),
                        if is_of_result {
                            syn::parse_quote!(#place.is_ok())
                        } else {
                            syn::parse_quote!(#place.is_some())
                        },
                        syn::parse_quote!((*#place.as_mut().unwrap())),
                    )),
                    ("first_mut", None) => Some((
                        Vec::new(),
                        syn::parse_quote!(!#place.is_empty()),
                        syn::parse_quote!(#place[0]),
                    )),
                    ("last_mut", None) => Some((
                        vec![syn::parse_quote!(let #index = #place.len().wrapping_sub(1);)],
                        syn::parse_quote!(!#place.is_empty()),
                        syn::parse_quote!(#place[#index]),
                    )),
                    ("get_mut", Some(number)) => Some((
                        vec![syn::parse_quote!(let #index: usize = #number;)],
                        syn::parse_quote!(#index < #place.len()),
                        syn::parse_quote!(#place[#index]),
                    )),
                    _ => None,
                }
            }
            Expr::MethodCall(call) => self.found_place(call),
            _ => None,
        }
    }
}

/// The option, or the result, in `&mut option` and `option.as_mut()`.
fn option_of(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Paren(inner) => option_of(&inner.expr),
        Expr::Reference(reference) if reference.mutability.is_some() => Some(&reference.expr),
        Expr::MethodCall(call) if call.method == "as_mut" && call.args.is_empty() => Some(&call.receiver),
        _ => None,
    }
}

fn is_ok(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident == "Ok")
}

/// Panics as `unwrap` or `expect` of an option does.
pub(super) fn check_of_unwrap(call: &ExprMethodCall, is_there: &Expr) -> Stmt {
    let message = match call.args.first() {
        Some(message) => quote!(#message),
        None => quote!("called `Option::unwrap()` on a `None` value"),
    };
    syn::parse_quote!(if !(#is_there) { ::core::panic!("{}", #message); })
}

/// Whether a method returns an option of a mutable reference to a part of what it is called on.
pub(super) fn is_option_of_place(call: &ExprMethodCall) -> bool {
    match (&*call.method.to_string(), call.args.first()) {
        ("as_mut" | "first_mut" | "last_mut", None) => true,
        // The key of a map is given by reference.
        ("get_mut", Some(place)) => !matches!(place, Expr::Reference(_)),
        _ => false,
    }
}
