//! `&mut` of the elements of a list: loops over them become loops over their indices.

use proc_macro2::Ident;
use quote::quote;
use syn::{Expr, ExprForLoop, ExprMethodCall, Pat};

use super::Lower;
use super::borrowed::{Alias, in_block};
use super::lent::is_implicit;
use crate::differentiable::model::Operand;

/// Places in a list, between two indices.
pub(super) struct Bounded {
    pub(super) list: Expr,
    pub(super) start: Ident,
    pub(super) end: Ident,
}

impl Lower<'_> {
    /// Lowers a loop over elements that it changes, as one over their indices; `None` if it is another loop.
    pub(super) fn loop_over_places(&mut self, for_loop: &ExprForLoop) -> Option<Operand> {
        if !self.yields_places(&for_loop.expr) || self.is_plain_loop(for_loop) {
            return None;
        }
        let mut changed = for_loop.clone();
        let mut aliases = Vec::new();
        *changed.pat = self.indexed(&mut changed.expr, &for_loop.pat, &mut aliases);
        if self.yields_places(&changed.expr) {
            // The pattern was refused.
            return Some(Operand::unit());
        }
        let body = self.with_places(std::mem::take(&mut changed.body.stmts), &aliases);
        changed.body.stmts = body;
        Some(self.expr(&Expr::ForLoop(changed)))
    }

    /// Lowers `list.iter_mut().for_each(|element| ..)` as a loop; `None` if it is another call.
    pub(super) fn for_each_place(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        let Some(Expr::Closure(closure)) = call.args.first().filter(|_| call.method == "for_each") else {
            return None;
        };
        if !self.yields_places(&call.receiver) || closure.inputs.len() != 1 {
            return None;
        }
        let (pattern, iterator) = (&closure.inputs[0], &call.receiver);
        let (label, body) = self.without_returns(&closure.body);
        let code = quote!(for #pattern in #iterator { #label { #body; } });
        Some(self.parsed(Some(code), call))
    }

    /// Replaces the iterators over places by ranges of indices, and returns the pattern for these.
    fn indexed(&mut self, iterator: &mut Expr, pattern: &Pat, aliases: &mut Vec<Alias>) -> Pat {
        let is_list = |this: &Self, expr: &Expr| this.list_of_places(expr).cloned();
        if let Some(list) = is_list(self, iterator) {
            let index = self.fresh("index");
            let Bounded { list: place, start, end } = self.bounded(&list);
            self.aliases(pattern, syn::parse_quote!(#place[#index]), aliases);
            *iterator = syn::parse_quote!((#start..#end));
            return syn::parse_quote!(#index);
        }
        if let Expr::MethodCall(call) = iterator
            && let Some(list) = self.filtered_list(call).cloned()
        {
            let (place, index) = (self.bounded(&list), self.fresh("index"));
            let kept = self.kept_places(&place, &call.args[0], false);
            let list = place.list;
            self.aliases(pattern, syn::parse_quote!(#list[#index]), aliases);
            *iterator = syn::parse_quote!(#kept.into_iter());
            return syn::parse_quote!(#index);
        }
        if let Some((chunk, range)) = self.chunk_places(iterator) {
            self.aliases(pattern, chunk.1, aliases);
            let index = chunk.0;
            *iterator = range;
            return syn::parse_quote!(#index);
        }
        if let (Expr::MethodCall(call), Pat::Ident(name)) = (&*iterator, pattern)
            && (call.method == "enumerate" || call.method == "zip")
            && self.yields_places(iterator)
        {
            return self.indexed_pair(iterator, &name.ident, aliases);
        }
        match (iterator, pattern) {
            (Expr::Paren(inner), pattern) => self.indexed(&mut inner.expr, pattern, aliases),
            (Expr::MethodCall(call), Pat::Tuple(pair))
                if pair.elems.len() == 2 && call.method == "enumerate" =>
            {
                let (number, item) =
                    (&pair.elems[0], self.indexed(&mut call.receiver, &pair.elems[1], aliases));
                syn::parse_quote!((#number, #item))
            }
            (Expr::MethodCall(call), Pat::Tuple(pair)) if pair.elems.len() == 2 && call.method == "zip" => {
                let one = self.indexed(&mut call.receiver, &pair.elems[0], aliases);
                let Some(other) = call.args.first_mut() else { return pattern.clone() };
                let other = self.indexed(other, &pair.elems[1], aliases);
                syn::parse_quote!((#one, #other))
            }
            (Expr::MethodCall(call), pattern)
                if !matches!(&*call.method.to_string(), "enumerate" | "zip") =>
            {
                self.indexed(&mut call.receiver, pattern, aliases)
            }
            (iterator, pattern) => {
                if self.yields_places(iterator) {
                    self.errors.at(pattern, "name each part that the loop takes: `(i, h)`");
                }
                pattern.clone()
            }
        }
    }

    /// As [`indexed`](Self::indexed), of items that are tuples with one name.
    fn indexed_pair(&mut self, iterator: &mut Expr, name: &Ident, aliases: &mut Vec<Alias>) -> Pat {
        let [one, other] = ["one", "other"].map(|part| self.fresh(part));
        let mut found = Vec::new();
        let pattern = self.indexed(iterator, &syn::parse_quote!((#one, #other)), &mut found);
        let parts = [one, other].map(|part| match found.iter().find(|alias| alias.name == part) {
            Some(alias) => alias.value(),
            None => syn::parse_quote!(#part),
        });
        aliases.push(Alias { name: name.clone(), place: syn::parse_quote!((#(#parts),*)) });
        pattern
    }

    /// A list of places, and where they start and end in it.
    pub(super) fn bounded(&mut self, list: &Expr) -> Bounded {
        let (list, range) = self.ranged(list);
        let (list, start, end) = (self.fixed(&list), self.fresh("start"), self.fresh("end"));
        let (first, last) = range.unwrap_or_default();
        let last = last.unwrap_or_else(|| syn::parse_quote!(#list.len()));
        let first = first.unwrap_or_else(|| syn::parse_quote!(0));
        self.stmt(&syn::parse_quote!(let #start: usize = #first;));
        self.stmt(&syn::parse_quote!(let #end: usize = #last;));
        self.stmt(&syn::parse_quote!(assert!(#start <= #end && #end <= #list.len(), "a slice outside of its list");));
        Bounded { list, start, end }
    }

    /// The list of a slice, and where the slice starts and ends.
    pub(super) fn ranged(&self, list: &Expr) -> (Expr, Option<(Option<Expr>, Option<Expr>)>) {
        match list {
            Expr::Paren(inner) => self.ranged(&inner.expr),
            Expr::Index(access) => match &*access.index {
                Expr::Range(range) => {
                    let end = range.end.as_ref().map(|end| match range.limits {
                        syn::RangeLimits::HalfOpen(_) => (**end).clone(),
                        syn::RangeLimits::Closed(_) => syn::parse_quote!((#end) + 1),
                    });
                    ((*access.expr).clone(), Some((range.start.as_deref().cloned(), end)))
                }
                _ => (list.clone(), None),
            },
            _ => (list.clone(), None),
        }
    }

    /// Whether an iterator yields mutable references to elements of a list.
    fn yields_places(&self, iterator: &Expr) -> bool {
        if self.list_of_places(iterator).is_some() {
            return true;
        }
        match iterator {
            Expr::Paren(inner) => self.yields_places(&inner.expr),
            Expr::MethodCall(call) => match &*call.method.to_string() {
                "enumerate" | "rev" | "take" | "skip" | "step_by" => self.yields_places(&call.receiver),
                "filter" => self.filtered_list(call).is_some(),
                "chunks_mut" | "chunks_exact_mut" => self.holds_value(&call.receiver),
                "zip" => {
                    self.yields_places(&call.receiver)
                        || call.args.iter().any(|other| self.yields_places(other))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// The list whose elements an iterator yields by mutable reference.
    pub(super) fn list_of_places<'e>(&self, iterator: &'e Expr) -> Option<&'e Expr> {
        let list = match iterator {
            Expr::MethodCall(call) if call.method == "iter_mut" => &*call.receiver,
            Expr::Reference(reference) if reference.mutability.is_some() => &*reference.expr,
            Expr::Path(path) if self.lent.contains(&path.path.get_ident()?.to_string()) => iterator,
            // A name for `&mut` of a list has become this.
            Expr::Paren(inner) if is_implicit(iterator) => match &*inner.expr {
                Expr::Reference(reference) => &*reference.expr,
                _ => return None,
            },
            _ => return None,
        };
        self.holds_value(list).then_some(list)
    }

    fn is_plain_loop(&self, for_loop: &ExprForLoop) -> bool {
        self.is_plain(&for_loop.expr) && self.is_plain(&in_block(for_loop.body.stmts.clone()))
    }
}
