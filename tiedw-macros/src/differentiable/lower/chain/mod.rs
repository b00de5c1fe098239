//! Iterator chains, such as `list.iter().map(..).collect()`, which become loops.

mod ends;
pub(super) mod lent_items;
mod several;
mod stages;

use std::collections::HashSet;

use crate::visit::{self, Visit};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, ExprMethodCall, GenericArgument, PathArguments, Type};

use super::Lower;
use super::container::sized;
use super::expression::itself;
use super::iterate::{ADAPTERS, is_source};
use super::lists::is_split;
use super::module_path::is_part;
use super::names::changes;
use crate::differentiable::model::{Access, Operand, Step, Target};
use crate::differentiable::this::is_self_alone;
use crate::private::{private, private_at};

/// The methods that return an iterator, other than those that yield items of the one that they are called on.
const STAGES: [&str; 11] = [
    "map",
    "filter",
    "filter_map",
    "flat_map",
    "flatten",
    "take_while",
    "map_while",
    "skip_while",
    "inspect",
    "chain",
    "scan",
];
/// The methods that end a chain.
const CONSUMERS: [&str; 26] = [
    "collect",
    "sum",
    "product",
    "fold",
    "for_each",
    "reduce",
    "next",
    "nth",
    "last",
    "count",
    "any",
    "all",
    "find",
    "find_map",
    "position",
    "rposition",
    "max",
    "max_by",
    "max_by_key",
    "min",
    "min_by",
    "min_by_key",
    "partition",
    "unzip",
    "try_fold",
    "try_for_each",
];

/// Finds what changes something outside of a closure.
struct Effects<'m> {
    /// The arguments by mutable reference.
    mutable: &'m HashSet<String>,
    found: bool,
}

impl<'ast> Visit<'ast> for Effects<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.found |= match expr {
            Expr::Assign(_) => true,
            Expr::Binary(binary) => super::assign::compound(&binary.op).is_some(),
            Expr::Reference(reference) => reference.mutability.is_some(),
            Expr::MethodCall(call) => changes(&call.method.to_string()),
            Expr::Path(path) => {
                path.path.get_ident().is_some_and(|name| self.mutable.contains(&name.to_string()))
            }
            _ => false,
        };
        visit::visit_expr(self, expr);
    }
}

/// A chain of iterators: what is iterated over as it is, and the methods that follow.
struct Chain {
    head: Expr,
    stages: Vec<ExprMethodCall>,
    /// Whether it iterates over parts of the module.
    is_of_parts: bool,
}

impl Chain {
    fn of(expr: &Expr) -> Option<Chain> {
        let (mut calls, mut source) = (Vec::new(), expr);
        loop {
            match source {
                Expr::Paren(inner) => source = &inner.expr,
                Expr::Range(_) => break,
                Expr::MethodCall(call) => {
                    let method = call.method.to_string();
                    let is_list =
                        is_list(call) || call.method == "iter_mut" && !is_self_alone(&call.receiver);
                    if is_source(call) || is_list {
                        break;
                    }
                    if !STAGES.contains(&&*method) && !ADAPTERS.contains(&&*method) {
                        return None;
                    }
                    calls.push(call.clone());
                    source = &call.receiver;
                }
                Expr::Call(call) if made_by_function(call).is_some() => break,
                Expr::Call(call)
                    if let Some(value) = repeated(call)
                        && calls.last().is_some_and(|call: &ExprMethodCall| call.method == "take") =>
                {
                    let count = calls.pop()?.args.pop()?;
                    calls.reverse();
                    let head = syn::parse_quote!(vec![#value; #count].into_iter());
                    return Some(Chain { head, stages: calls, is_of_parts: false });
                }
                _ => return None,
            }
        }
        calls.reverse();
        let direct = calls.iter().take_while(|call| ADAPTERS.contains(&&*call.method.to_string())).count();
        let stages = calls.split_off(direct);
        let head = match calls.pop() {
            Some(last) => Expr::MethodCall(last),
            None => match source {
                Expr::Range(range) => syn::parse_quote!((#range)),
                Expr::Call(call) => made_by_function(call)?,
                Expr::MethodCall(call) if is_list(call) => syn::parse_quote!(#call.into_iter()),
                source => source.clone(),
            },
        };
        Some(Chain { head, stages, is_of_parts: false })
    }

    /// The chain of an expression that may be any iterator or list.
    fn any(expr: &Expr) -> Chain {
        Chain::of(expr).unwrap_or_else(|| Chain {
            head: expr.clone(),
            stages: Vec::new(),
            is_of_parts: false,
        })
    }
}

/// Whether a method that returns an iterator is lowered as one that returns a list of its items.
fn is_list(call: &ExprMethodCall) -> bool {
    let method = call.method.to_string();
    let is_split = is_split(&method) && matches!(call.args.first(), Some(Expr::Closure(_)));
    (matches!(&*method, "drain" | "splice") || is_split) && !is_self_alone(&call.receiver)
}

/// The name and the arguments of a call of a function of `std::iter`.
fn of_iter(call: &syn::ExprCall) -> Option<(String, Vec<&Expr>)> {
    let Expr::Path(function) = &*call.func else { return None };
    let mut segments = function.path.segments.iter().rev().map(|segment| &segment.ident);
    let name = segments.next()?.to_string();
    segments.next().is_none_or(|module| module == "iter").then(|| (name, call.args.iter().collect()))
}

/// The list whose iterator a function of `std::iter` returns.
fn made_by_function(call: &syn::ExprCall) -> Option<Expr> {
    let (name, arguments) = of_iter(call)?;
    match (&*name, &arguments[..]) {
        ("once", [value]) => Some(syn::parse_quote!([#value].into_iter())),
        ("repeat_n", [value, count]) => Some(syn::parse_quote!(vec![#value; #count].into_iter())),
        _ => None,
    }
}

/// The value that `std::iter::repeat` yields.
fn repeated(call: &syn::ExprCall) -> Option<&Expr> {
    match (&*of_iter(call)?.0, call.args.first()) {
        ("repeat", value) => value,
        _ => None,
    }
}

impl Lower<'_> {
    /// Lowers a method that ends a chain of iterators; `None` if it is none, or no gradient flows through it.
    pub(super) fn chain(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        let method = call.method.to_string();
        if self.refuse_collected_parts(call) || self.refuse_found_parts(call) {
            return Some(Operand::unit());
        }
        if !self.is_chain(call) {
            return None;
        }
        let chain = self.marked_chain(Chain::of(&call.receiver)?);
        let chain = self.with_named_list(chain);
        let code = self.consumed(&method, call, &chain)?;
        Some(self.parsed(Some(code), call))
    }

    /// Reports parts of the module that are collected; returns whether they are.
    fn refuse_collected_parts(&mut self, call: &ExprMethodCall) -> bool {
        const OF_ITEMS: [&str; 6] = ["filter", "take_while", "skip_while", "inspect", "chain", "rev"];
        if call.method != "collect" {
            return false;
        }
        let Some(chain) = Chain::of(&call.receiver) else { return false };
        let yields_parts = chain.stages.iter().all(|stage| {
            let method = stage.method.to_string();
            OF_ITEMS.contains(&&*method) || matches!(&*method, "skip" | "take" | "step_by")
        });
        let mut head = &chain.head;
        while let Expr::MethodCall(adapter) = head
            && matches!(&*adapter.method.to_string(), "skip" | "take" | "step_by" | "rev")
        {
            head = &adapter.receiver;
        }
        let Expr::MethodCall(source) = head else { return false };
        let is_of_parts = is_source(source) && is_part(self, &source.receiver);
        if !yields_parts || !is_of_parts {
            return false;
        }
        self.errors.at(
            &call.method,
            "parts of the module that are collected have no gradient here; call them in a loop over the iterator, or collect \
             what they return",
        );
        true
    }

    /// Whether a call ends a chain of iterators through which a gradient may flow.
    pub(super) fn is_chain(&self, call: &ExprMethodCall) -> bool {
        let whole = Expr::MethodCall(call.clone());
        CONSUMERS.contains(&&*call.method.to_string())
            && !self.is_plain(&whole)
            && Chain::of(&call.receiver).is_some_and(|chain| {
                self.flows_through(&whole)
                    || self.starts_at_module(&chain.head)
                    || self.starts_at_part(&chain.head)
            })
    }

    /// Whether an expression ends such a chain, possibly by methods of what that returns.
    pub(super) fn ends_chain(&self, expr: &Expr) -> bool {
        match itself(expr) {
            Expr::MethodCall(call) => self.is_chain(call) || self.ends_chain(&call.receiver),
            _ => false,
        }
    }

    /// The code of a loop over items that closures compute, each when the loop asks for it, or over parts of the module in
    /// several lists; `None` if it is another loop.
    pub(super) fn lazy_loop(&mut self, for_loop: &syn::ExprForLoop) -> Option<TokenStream> {
        let (iterator, pattern) = (&for_loop.expr, &for_loop.pat);
        let chain = self.marked_chain(Chain::of(iterator)?);
        const SEVERAL: [&str; 3] = ["flat_map", "flatten", "chain"];
        let is_nested = chain.stages.iter().any(|stage| SEVERAL.contains(&&*stage.method.to_string()));
        let is_other =
            if is_nested { !chain.is_of_parts } else { !chain.is_of_parts && !self.flows_through(iterator) };
        if chain.stages.is_empty() || is_other || self.is_plain(iterator) {
            return None;
        }
        let label = for_loop.label.as_ref().map(|label| label.name.clone());
        let label = label.unwrap_or_else(|| self.label());
        let body = if is_nested {
            self.in_one_of_several(for_loop, &label)
        } else {
            for_loop.body.to_token_stream()
        };
        let first = TokenStream::new();
        self.each_by(&chain, Some(label), first, &mut |_, item, _| Some(quote!(let #pattern = #item; #body)))
    }

    /// A chain that knows whether it iterates over parts of the module.
    fn marked_chain(&self, chain: Chain) -> Chain {
        let is_of_parts = self.starts_at_part(&chain.head);
        Chain { is_of_parts, ..chain }
    }

    /// Whether an iterator, or a list, is one of parts of the module.
    fn starts_at_part(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(inner) => self.starts_at_part(&inner.expr),
            // Of two lists, the second may be one of places.
            Expr::MethodCall(call) if call.method == "zip" => false,
            Expr::MethodCall(call) => is_part(self, expr) || self.starts_at_part(&call.receiver),
            expr => is_part(self, expr),
        }
    }

    /// Whether an expression is an iterator over values.
    pub(super) fn is_iterator_of_values(&self, expr: &Expr) -> bool {
        Chain::of(expr).is_some() && !self.is_plain(expr) && self.flows_through(expr)
    }

    /// Reports an iterator that has a name and computes its items when they are asked for; returns whether it did.
    pub(super) fn refuse_closures(&mut self, expr: &Expr) -> bool {
        let Some(chain) = Chain::of(expr) else { return false };
        let computes = |stage: &&ExprMethodCall| !ADAPTERS.contains(&&*stage.method.to_string());
        let Some(stage) = chain.stages.iter().find(computes) else { return false };
        self.errors.at(
            &stage.method,
            format_args!(
                "`{0}` computes an item when it is asked for, so an iterator with `{0}` has no name here; collect the items, \
                 and give `list.iter()` a name, or end the chain where it begins",
                stage.method
            ),
        );
        true
    }

    /// Lowers an iterator whose items are computed by closures as a list of its items; `None` if it is no such iterator.
    pub(super) fn collected(&mut self, expr: &Expr) -> Option<Operand> {
        let chain = Chain::of(expr)?;
        if chain.stages.is_empty() {
            return None;
        }
        self.listed(expr)
    }

    /// Lowers any iterator as a list of its items; `None` if no gradient flows through it.
    pub(super) fn listed(&mut self, expr: &Expr) -> Option<Operand> {
        let chain = Chain::of(expr)?;
        if self.is_plain(expr) || !self.flows_through(expr) {
            return None;
        }
        if self.refuse_effects(&chain) {
            return Some(Operand::unit());
        }
        let chain = self.marked_chain(chain);
        let chain = self.with_named_list(chain);
        let code = self.list_of(&chain, None)?;
        Some(self.parsed(Some(code), expr))
    }

    /// Gives a name to a list that is computed where a chain borrows it, so that it lives as long as the items.
    fn with_named_list(&mut self, mut chain: Chain) -> Chain {
        let mut head = &mut chain.head;
        while let Expr::MethodCall(call) = head {
            if !is_source(call) {
                head = &mut call.receiver;
                continue;
            }
            let is_computed = matches!(
                itself(&call.receiver),
                Expr::MethodCall(_)
                    | Expr::Call(_)
                    | Expr::Block(_)
                    | Expr::Array(_)
                    | Expr::Repeat(_)
                    | Expr::Macro(_)
            );
            let list = sized(&call.receiver);
            let is_slice =
                matches!(list, Expr::Reference(_)) && !matches!(&*call.receiver, Expr::Reference(_));
            if call.method != "into_iter"
                && (is_computed || is_slice)
                && self.carries_gradient(&call.receiver)
            {
                self.name_owner(&mut call.receiver);
                let list = sized(&call.receiver);
                let name = self.fresh("list");
                self.stmt(&syn::parse_quote!(let #name = #list;));
                *call.receiver = syn::parse_quote!(#name);
            }
            break;
        }
        chain
    }

    /// Gives a name to what a list is borrowed from, if that is computed, as in `scores.argmax().as_slice()`.
    fn name_owner(&mut self, list: &mut Expr) {
        if let Expr::MethodCall(borrow) = list
            && (borrow.method == "as_slice" || borrow.method == "as_ref")
            && matches!(itself(&borrow.receiver), Expr::MethodCall(_) | Expr::Call(_) | Expr::Block(_))
        {
            let (owner, name) = (&borrow.receiver, self.fresh("owner"));
            self.stmt(&syn::parse_quote!(let #name = #owner;));
            *borrow.receiver = syn::parse_quote!(#name);
        }
    }

    /// Refuses a chain that must become a list before it is known which items are asked for, if that makes a difference.
    fn refuse_effects(&mut self, chain: &Chain) -> bool {
        let mut head = &chain.head;
        while let Expr::Paren(inner) = head {
            head = &inner.expr;
        }
        let is_limited = chain.stages.iter().any(|stage| stage.method == "take" || stage.method == "zip");
        if let Expr::Range(range) = head
            && range.end.is_none()
            && !is_limited
        {
            self.errors.at(range, "this iterator has no end, and is computed as a whole here; end it by `take`, or write a `for` loop");
            return true;
        }
        let mut stages = chain.stages.iter();
        let Some(stage) = stages.find(|stage| stage.args.iter().any(|part| self.has_effect(part))) else {
            return false;
        };
        self.errors.at(
            &stage.method,
            format_args!(
                "`{}` changes something for each item, and not all items may be asked for; write a `for` loop",
                stage.method
            ),
        );
        true
    }

    /// Whether a closure seems to change what it captures.
    fn has_effect(&self, function: &Expr) -> bool {
        let mut finder = Effects { mutable: &self.mutable, found: false };
        finder.visit_expr(function);
        finder.found
    }

    /// Whether an expression assigns something, or changes it by a method.
    pub(in crate::differentiable) fn has_own_effect(expr: &Expr) -> bool {
        let mut finder = Effects { mutable: &HashSet::new(), found: false };
        finder.visit_expr(expr);
        finder.found
    }

    /// Lowers what chains become: the sum of a list, `list_sum(list)`, and an item, `list_item(list, number)`; `None` if it is
    /// another call.
    pub(super) fn list_function(
        &mut self,
        call: &syn::ExprCall,
        function: &syn::ExprPath,
    ) -> Option<Operand> {
        let mut segments = function.path.segments.iter().map(|segment| &segment.ident);
        let (Some(owner), Some(name), None) = (segments.next(), segments.next(), segments.next()) else {
            return None;
        };
        let is_sum = match &*name.to_string() {
            _ if *owner != private() => return None,
            "list_sum" => true,
            "list_item" => false,
            _ => return None,
        };
        let list = self.expr(call.args.first()?);
        let list = self.placed(list);
        let (expr, index, private) = (list.expr, self.index(), private_at(name.span()));
        if is_sum {
            self.steps.push(Step::Index { name: index.clone(), value: quote!((#expr).len()).into() });
            return Some(Operand {
                expr: quote_spanned!(name.span()=> #private::list_sum(#expr)).into(),
                target: Target::All(Box::new(list.target), index),
            });
        }
        let number = &call.args[1];
        self.steps.push(Step::Index { name: index.clone(), value: quote!(#number).into() });
        let target = self.inside(&list.target, Access::Element(index.clone().into()), name);
        Some(Operand { expr: quote!(::core::clone::Clone::clone(&(#expr)[#index])).into(), target })
    }
}

/// The type of `collect::<Type>()`.
fn turbofish(call: &ExprMethodCall) -> Option<&Type> {
    call.turbofish.as_ref()?.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The name of a type, if it is that of an `Option` or `Result`.
pub(super) fn possible_error(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?.ident.to_string();
    (last == "Option" || last == "Result").then_some(last)
}

fn is_vec(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            last.ident == "Vec"
                && !matches!(&last.arguments, PathArguments::AngleBracketed(arguments) if arguments.args.len() > 1)
        }),
        _ => false,
    }
}
