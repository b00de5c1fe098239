//! Places that are found: `list.iter_mut().filter(..)`, `find(..)`, `max_by(..)`, `split_at_mut(..)`.

use proc_macro2::Ident;
use quote::quote;
use syn::{Expr, ExprMethodCall, Pat, Stmt};

use super::Lower;
use super::borrowed::Alias;
use super::places_in_lists::Bounded;
use crate::private::private_at;

impl Lower<'_> {
    /// The list of `list.iter_mut().filter(..)`.
    pub(super) fn filtered_list<'e>(&self, call: &'e ExprMethodCall) -> Option<&'e Expr> {
        let is_filter = call.method == "filter" && matches!(call.args.first(), Some(Expr::Closure(_)));
        self.list_of_places(&call.receiver).filter(|_| is_filter)
    }

    /// The list of `list.iter_mut().find(..)` and its like.
    pub(super) fn searched_list<'e>(&self, call: &'e ExprMethodCall) -> Option<&'e Expr> {
        let name = call.method.to_string();
        let is_search = matches!(
            (&*name, call.args.first()),
            ("find" | "max_by" | "min_by" | "max_by_key" | "min_by_key", Some(Expr::Closure(_)))
                | ("next" | "last", None)
                | ("nth", Some(_))
        );
        self.list_of_places(&call.receiver).filter(|_| is_search)
    }

    /// The indices of those places for which a closure returns `true`, or of the first alone.
    pub(super) fn kept_places(&mut self, places: &Bounded, closure: &Expr, is_first: bool) -> Ident {
        let Bounded { list, start, end } = places;
        let [kept, index] = ["kept", "index"].map(|name| self.fresh(name));
        let condition = self.applied(closure, [quote!(&&#list[#index])]);
        self.stmt(&syn::parse_quote!(let mut #kept: ::std::vec::Vec<usize> = ::std::vec::Vec::new();));
        let search = quote!(if #condition { #kept.push(#index); });
        let search = if is_first { quote!(if #kept.is_empty() { #search }) } else { search };
        let search = quote!(for #index in #start..#end { #search });
        let _ = self.parsed(Some(search), closure);
        kept
    }

    /// The place that `list.iter_mut().find(..)` or its like finds: statements to run before, whether it is there, and the place.
    pub(super) fn found_place(&mut self, call: &ExprMethodCall) -> Option<(Vec<Stmt>, Expr, Expr)> {
        let list = self.searched_list(call)?.clone();
        let places = self.bounded(&list);
        let [found, index] = ["found", "index"].map(|name| self.fresh(name));
        let name = call.method.to_string();
        let Some(closure) = call.args.first().filter(|_| name != "nth") else {
            let Bounded { list, start, end } = &places;
            let before = match (&*name, call.args.first()) {
                ("last", _) => syn::parse_quote!(let #index: usize = #end.wrapping_sub(1);),
                (_, Some(number)) => syn::parse_quote!(let #index: usize = #start + (#number);),
                _ => syn::parse_quote!(let #index: usize = #start;),
            };
            let is_there = syn::parse_quote!(#start < #end && #index < #end);
            return Some((vec![before], is_there, syn::parse_quote!(#list[#index])));
        };
        if name == "find" {
            let kept = self.kept_places(&places, closure, true);
            let list = &places.list;
            let before = syn::parse_quote!(let #index: usize = #kept.first().copied().unwrap_or(0););
            return Some((
                vec![before],
                syn::parse_quote!(!#kept.is_empty()),
                syn::parse_quote!(#list[#index]),
            ));
        }
        let Bounded { list, start, end } = &places;
        let private = private_at(call.method.span());
        let order = if name.ends_with("_key") { quote!(order_by_key) } else { quote!(order_by) };
        // The last of several that are largest, and the first of those that are smallest.
        let end_of_order = if name.starts_with("max") { quote!(last) } else { quote!(first) };
        let before = vec![
            syn::parse_quote! {
                let #found = #private::#order(#private::stop_gradient(&#list[#start..#end]), #closure);
            },
            syn::parse_quote!(let #index: usize = #start + #found.#end_of_order().copied().unwrap_or(0);),
        ];
        Some((before, syn::parse_quote!(!#found.is_empty()), syn::parse_quote!(#list[#index])))
    }

    /// Of `list.chunks_mut(size)` the name of an index with the chunk there, and the indices.
    pub(super) fn chunk_places(&mut self, iterator: &Expr) -> Option<((Ident, Expr), Expr)> {
        let Expr::MethodCall(call) = iterator else { return None };
        let is_exact = call.method == "chunks_exact_mut";
        if !is_exact && call.method != "chunks_mut" || !self.holds_value(&call.receiver) {
            return None;
        }
        let ([size, count, index], of) =
            (["size", "count", "index"].map(|name| self.fresh(name)), call.args.first()?);
        let Bounded { list, start, end } = self.bounded(&call.receiver);
        let rounded = if is_exact { quote!(/ #size) } else { quote!(.div_ceil(#size)) };
        self.stmt(&syn::parse_quote!(let #size: usize = #of;));
        self.stmt(&syn::parse_quote!(let #count: usize = (#end - #start) #rounded;));
        let chunk = syn::parse_quote! {
            #list[#start + #index * #size..(#start + (#index + 1) * #size).min(#end)]
        };
        Some(((index, chunk), syn::parse_quote!((0..#count))))
    }

    /// The names of both parts of `list.split_at_mut(middle)`, and statements to run before.
    pub(super) fn split_places(&mut self, pattern: &Pat, init: &Expr) -> Option<(Vec<Stmt>, Vec<Alias>)> {
        let (Pat::Tuple(names), Expr::MethodCall(call)) = (pattern, init) else { return None };
        if call.method != "split_at_mut" || names.elems.len() != 2 || !self.holds_value(&call.receiver) {
            return None;
        }
        let (middle, at) = (self.fresh("middle"), call.args.first()?);
        let Bounded { list, start, end } = self.bounded(&call.receiver);
        let before = vec![
            syn::parse_quote!(let #middle: usize = #start + (#at);),
            syn::parse_quote!(assert!(#middle <= #end, "mid > len");),
        ];
        let mut aliases = Vec::new();
        self.aliases(&names.elems[0], syn::parse_quote!(#list[#start..#middle]), &mut aliases);
        self.aliases(&names.elems[1], syn::parse_quote!(#list[#middle..#end]), &mut aliases);
        Some((before, aliases))
    }

    /// The names of both parts of `list.split_first_mut()` or `list.split_last_mut()`, as of an option of a place.
    pub(super) fn first_or_last_place(
        &mut self,
        pattern: &Pat,
        init: &Expr,
    ) -> Option<(Vec<Stmt>, Expr, Vec<Alias>)> {
        let (Pat::Tuple(names), Expr::MethodCall(call)) = (pattern, init) else { return None };
        let is_first = call.method == "split_first_mut";
        let is_known = is_first || call.method == "split_last_mut";
        if !is_known || names.elems.len() != 2 || !self.holds_value(&call.receiver) {
            return None;
        }
        let (index, rest) = (self.fresh("index"), self.fresh("rest"));
        let Bounded { list, start, end } = self.bounded(&call.receiver);
        let (before, part): (Stmt, Expr) = match is_first {
            true => (
                syn::parse_quote!(let (#index, #rest): (usize, usize) = (#start, #start + 1);),
                syn::parse_quote!(#list[#rest..#end]),
            ),
            false => (
                syn::parse_quote!(let (#index, #rest): (usize, usize) = (#end.wrapping_sub(1), #end.wrapping_sub(1));),
                syn::parse_quote!(#list[#start..#rest]),
            ),
        };
        let mut aliases = Vec::new();
        self.aliases(&names.elems[0], syn::parse_quote!(#list[#index]), &mut aliases);
        self.aliases(&names.elems[1], part, &mut aliases);
        Some((vec![before], syn::parse_quote!(#start < #end), aliases))
    }
}
