//! Methods of lists that become other code, which is lowered instead.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprMethodCall};

use super::Lower;
use super::borrowed::{root, root_mut};
use super::expression::itself;
use crate::differentiable::model::Operand;
use crate::private::private_at;

impl Lower<'_> {
    /// Lowers such a method; `None` if it is none, or the list carries no gradient.
    pub(super) fn list_method(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let method = call.method.to_string();
        let is_map = method == "map" && !matches!(itself(&call.receiver), Expr::Array(_));
        if is_map || !is_known(&method, &arguments) || self.is_plain(&Expr::MethodCall(call.clone())) {
            return None;
        }
        if method == "contains"
            && !matches!(itself(&call.receiver), Expr::Range(_))
            && self.is_plain(&call.receiver)
        {
            return None;
        }
        match &*method {
            "fill" => return Some(self.filled(call)),
            "clone_from_slice" | "copy_from_slice" => return Some(self.overwritten(call)),
            "sort_by" | "sort_by_key" | "sort_by_cached_key" => return Some(self.sorted(call)),
            _ => {}
        }
        let list = if lends_slices(&method) {
            self.named_slice(&call.receiver)
        } else {
            self.named_list(&call.receiver)
        };
        let code = self.as_other_code(&method, &list, &arguments)?;
        Some(self.parsed(Some(code), call))
    }

    /// Lowers a method of `list.last_mut().unwrap()` and its like, or of a part of it; `None` if it is another method.
    pub(super) fn method_of_place(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        let Expr::MethodCall(unwrap) = root(&call.receiver) else { return None };
        let is_place = matches!(&*unwrap.receiver, Expr::MethodCall(option) if option.method == "as_mut");
        let is_unwrap = unwrap.method == "unwrap" || unwrap.method == "expect";
        if is_place || !is_unwrap || !self.is_borrow(&unwrap.receiver) {
            return None;
        }
        let (name, place) = (self.fresh("place"), root(&call.receiver).clone());
        let mut changed = call.clone();
        *root_mut(&mut changed.receiver) = syn::parse_quote!(#name);
        Some(self.parsed(Some(quote!({ let #name = #place; #changed })), call))
    }

    /// Lowers `list.fill(value)` and `list[1..].fill(value)`.
    fn filled(&mut self, call: &ExprMethodCall) -> Operand {
        let (list, start, end) = self.bounds(&call.receiver);
        let [index, with] = ["index", "value"].map(|name| self.fresh(name));
        let value = &call.args[0];
        let code = quote! {{
            let #with = #value;
            for #index in #start..#end {
                #list[#index] = #with.clone();
            }
        }};
        self.parsed(Some(code), call)
    }

    /// Lowers `list.clone_from_slice(&other)` and `list[1..].copy_from_slice(&other)`.
    fn overwritten(&mut self, call: &ExprMethodCall) -> Operand {
        let (list, start, end) = self.bounds(&call.receiver);
        let [first, index, with] = ["first", "index", "values"].map(|name| self.fresh(name));
        let values = &call.args[0];
        let code = quote! {{
            let #with = #values;
            let #first: usize = #start;
            assert!(#with.len() == #end - #first, "the two slices have different lengths");
            for #index in 0..#with.len() {
                #list[#first + #index] = #with[#index].clone();
            }
        }};
        self.parsed(Some(code), call)
    }

    /// Lowers `number.sin_cos()`.
    pub(super) fn sine_and_cosine(&mut self, call: &ExprMethodCall) -> Operand {
        let (number, value) = (self.fresh("number"), &call.receiver);
        self.parsed(Some(quote!({ let #number = #value; (#number.sin(), #number.cos()) })), call)
    }

    /// Lowers `list.sort_by(order)` and its like: the order itself carries no gradient.
    fn sorted(&mut self, call: &ExprMethodCall) -> Operand {
        let (list, start, end) = self.bounds(&call.receiver);
        let [first, last, old, places, place] =
            ["first", "last", "old", "places", "place"].map(|name| self.fresh(name));
        let (private, order) = (private_at(call.method.span()), &call.args[0]);
        let function = if call.method == "sort_by" { quote!(order_by) } else { quote!(order_by_key) };
        let code = quote! {{
            let (#first, #last): (usize, usize) = (#start, #end);
            let #old = #list[#first..#last].to_vec();
            let #places = #private::#function(#private::stop_gradient(&#old), #order);
            for #place in 0..#places.len() {
                #list[#first + #place] = #old[#places[#place]].clone();
            }
        }};
        self.parsed(Some(code), call)
    }

    /// A list, and where the slice of it starts and ends.
    pub(super) fn bounds(&mut self, list: &Expr) -> (Expr, Expr, Expr) {
        let (list, range) = self.ranged(list);
        let (start, end) = range.unwrap_or_default();
        if let (_, Some(_)) = self.ranged(&list) {
            // A slice of a slice.
            let (list, from, to) = self.bounds(&list);
            let end = end.map_or(to, |end| syn::parse_quote!(#from + (#end)));
            let start = start.map_or_else(|| from.clone(), |start| syn::parse_quote!(#from + (#start)));
            return (list, start, end);
        }
        let list = self.fixed(&list);
        let start = start.unwrap_or_else(|| syn::parse_quote!(0));
        let end = end.unwrap_or_else(|| syn::parse_quote!(#list.len()));
        (list, start, end)
    }

    /// As [`named_list`](Self::named_list), for a method that returns slices of the list: those of a slice would have no size.
    fn named_slice(&mut self, list: &Expr) -> Expr {
        let slice = itself(list);
        if !matches!(slice, Expr::Index(access) if matches!(&*access.index, Expr::Range(_))) {
            return self.named_list(list);
        }
        let name = self.fresh("list");
        self.stmt(&syn::parse_quote!(let #name = &#slice;));
        syn::parse_quote!(#name)
    }

    /// A list that is evaluated once: a place as it is, or a name.
    fn named_list(&mut self, list: &Expr) -> Expr {
        if !matches!(itself(list), Expr::MethodCall(_) | Expr::Call(_) | Expr::Block(_) | Expr::Macro(_)) {
            return self.fixed(list);
        }
        let name = self.fresh("list");
        self.stmt(&syn::parse_quote!(let #name = #list;));
        syn::parse_quote!(#name)
    }

    fn as_other_code(&mut self, method: &str, list: &Expr, arguments: &[&Expr]) -> Option<TokenStream> {
        let [index, rest, kept] = ["index", "rest", "kept"].map(|name| self.fresh(name));
        Some(match (method, arguments) {
            ("each_ref", []) => quote!(&#list),
            ("split_at", [place]) => {
                quote!({ let #index: usize = #place; (&#list[..#index], &#list[#index..]) })
            }
            ("split_first", []) => {
                quote!(if #list.is_empty() { None } else { Some((&#list[0], &#list[1..])) })
            }
            ("split_last", []) => quote! {
                if #list.is_empty() {
                    None
                } else {
                    let #index = #list.len() - 1;
                    Some((&#list[#index], &#list[..#index]))
                }
            },
            ("append", [other]) => quote!(#list.extend(::std::mem::take(#other))),
            ("extend_from_slice", [other]) => quote!(#list.extend((#other).iter().cloned())),
            ("split_off", [place]) => quote! {{
                let #index: usize = #place;
                let #rest = #list[#index..].iter().cloned().collect::<::std::vec::Vec<_>>();
                #list.truncate(#index);
                #rest
            }},
            ("resize", [count, value]) => quote! {{
                let #index: usize = #count;
                let #rest = #value;
                #list.truncate(#index);
                while #list.len() < #index {
                    #list.push(#rest.clone());
                }
            }},
            ("concat", []) => quote! {{
                let mut #kept = ::std::vec::Vec::new();
                for #rest in #list.iter() {
                    #kept.extend(#rest.iter().cloned());
                }
                #kept
            }},
            ("get_or_insert", [value]) => quote! {{
                let #rest = #value;
                if #list.is_none() {
                    #list = Some(#rest);
                }
                #list.as_mut().unwrap()
            }},
            ("insert", [value]) => quote! {{
                let #rest = #value;
                #list = Some(#rest);
                #list.as_mut().unwrap()
            }},
            ("take_if", [function]) => {
                let is_taken = self.applied(function, [quote!(#rest)])?;
                quote! {{
                    let #kept = match #list.as_ref() { Some(#rest) => #is_taken, None => false };
                    if #kept { #list.take() } else { None }
                }}
            }
            ("fill_with", [function]) => {
                let value = self.applied(function, [])?;
                quote!(for #index in 0..#list.len() { #list[#index] = #value; })
            }
            ("repeat", [count]) => quote! {{
                let mut #kept = ::std::vec::Vec::new();
                for #rest in 0..#count {
                    #kept.extend(#list.iter().cloned());
                }
                #kept
            }},
            ("partition_point", [function]) => {
                let is_before = self.applied(function, [quote!(#rest)])?;
                quote! {{
                    let #kept = #list.iter().map(|#rest| #is_before).collect::<::std::vec::Vec<_>>();
                    #kept.partition_point(|#rest| *#rest)
                }}
            }
            ("get_or_insert_with", [function]) => {
                let value = self.applied(function, [])?;
                quote! {{
                    if #list.is_none() {
                        #list = Some(#value);
                    }
                    #list.as_mut().unwrap()
                }}
            }
            ("drain", [Expr::Range(range)]) if range.start.is_none() && range.end.is_none() => {
                quote!(::std::mem::take(&mut #list))
            }
            ("drain", [Expr::Range(range)]) if range.start.is_none() => {
                let (end, excluded) = (&range.end, matches!(range.limits, syn::RangeLimits::HalfOpen(_)));
                let end = if excluded { quote!(#end) } else { quote!(#end + 1) };
                quote! {{
                    let #index: usize = #end;
                    let #rest = #list[#index..].iter().cloned().collect::<::std::vec::Vec<_>>();
                    let mut #kept = ::std::mem::replace(&mut #list, #rest);
                    #kept.truncate(#index);
                    #kept
                }}
            }
            ("drain" | "splice", [Expr::Range(range), others @ ..]) => {
                let start = range.start.as_ref().map_or_else(|| quote!(0), |start| quote!(#start));
                let end = match (&range.end, &range.limits) {
                    (None, _) => quote!(#list.len()),
                    (Some(end), syn::RangeLimits::HalfOpen(_)) => quote!(#end),
                    (Some(end), syn::RangeLimits::Closed(_)) => quote!(#end + 1),
                };
                let [last, other] = ["last", "other"].map(|name| self.fresh(name));
                quote! {{
                    let (#index, #last): (usize, usize) = (#start, #end);
                    let #rest = #list[#index..#last].iter().cloned().collect::<::std::vec::Vec<_>>();
                    let mut #kept = #list[..#index].iter().cloned().collect::<::std::vec::Vec<_>>();
                    #(for #other in #others { #kept.push(#other); })*
                    #kept.extend(#list[#last..].iter().cloned());
                    #list = #kept;
                    #rest
                }}
            }
            ("split" | "split_inclusive" | "rsplit", [function @ Expr::Closure(_)]) => {
                let (start, is_end) =
                    (self.fresh("start"), self.applied(function, [quote!(&#list[#index])])?);
                let (end, reversed) = match method {
                    "split_inclusive" => (quote!(#index + 1), None),
                    "split" => (quote!(#index), None),
                    _ => (quote!(#index), Some(quote!(#kept.reverse();))),
                };
                let last = match method {
                    "split_inclusive" => quote!(if #start < #list.len() { #kept.push(&#list[#start..]); }),
                    _ => quote!(#kept.push(&#list[#start..]);),
                };
                quote! {{
                    let mut #kept = ::std::vec::Vec::new();
                    let mut #start: usize = 0;
                    for #index in 0..#list.len() {
                        let #rest = #is_end;
                        if #rest {
                            #kept.push(&#list[#start..#end]);
                            #start = #index + 1;
                        }
                    }
                    #last
                    #reversed
                    #kept
                }}
            }
            ("chunk_by", [function @ Expr::Closure(_)]) => {
                let start = self.fresh("start");
                let is_same = self.applied(function, [quote!(&#list[#index - 1]), quote!(&#list[#index])])?;
                quote! {{
                    let mut #kept = ::std::vec::Vec::new();
                    let mut #start: usize = 0;
                    for #index in 1..#list.len() {
                        let #rest = #is_same;
                        if !#rest {
                            #kept.push(&#list[#start..#index]);
                            #start = #index;
                        }
                    }
                    if #start < #list.len() { #kept.push(&#list[#start..]); }
                    #kept
                }}
            }
            ("get", [Expr::Range(range)]) => {
                let [start, end] = [&range.start, &range.end];
                let (start, index_end) =
                    (start.as_ref().map_or_else(|| quote!(0), |start| quote!(#start)), &kept);
                let end = match (end, &range.limits) {
                    (None, _) => quote!(#list.len()),
                    (Some(end), syn::RangeLimits::HalfOpen(_)) => quote!(#end),
                    (Some(end), syn::RangeLimits::Closed(_)) => quote!(#end + 1),
                };
                quote! {{
                    let (#index, #index_end): (usize, usize) = (#start, #end);
                    if #index <= #index_end && #index_end <= #list.len() {
                        Some(&#list[#index..#index_end])
                    } else {
                        None
                    }
                }}
            }
            ("split_at_checked", [place]) => quote! {{
                let #index: usize = #place;
                if #index <= #list.len() { Some((&#list[..#index], &#list[#index..])) } else { None }
            }},
            ("contains", [value]) if let Expr::Range(range) = itself(list) => {
                let start = range.start.as_ref().map(|start| quote!(#start <= *#kept));
                let end = range.end.as_ref().map(|end| match range.limits {
                    syn::RangeLimits::HalfOpen(_) => quote!(*#kept < #end),
                    syn::RangeLimits::Closed(_) => quote!(*#kept <= #end),
                });
                let both = start.into_iter().chain(end);
                quote!({ let #kept = #value; true #(&& #both)* })
            }
            ("contains", [value]) => quote! {{
                let #kept = #value;
                #list.iter().any(|#rest| *#rest == *#kept)
            }},
            ("extend_from_within", [Expr::Range(range)]) => quote! {{
                let #rest = #list[#range].iter().cloned().collect::<::std::vec::Vec<_>>();
                #list.extend(#rest);
            }},
            ("resize_with", [count, function]) => {
                let value = self.applied(function, [])?;
                quote! {{
                    let #index: usize = #count;
                    #list.truncate(#index);
                    while #list.len() < #index {
                        #list.push(#value);
                    }
                }}
            }
            ("dedup" | "dedup_by" | "dedup_by_key", arguments) => {
                let (before, is_same) = (self.fresh("before"), self.fresh("same"));
                let [this, last] = [quote!(&#rest), quote!(#before)];
                let same = match (method, arguments) {
                    ("dedup", []) => quote!(*#before == #rest),
                    ("dedup_by", [function]) => self.applied(function, [this, last])?,
                    (_, [key]) => {
                        let [one, other] = [self.applied(key, [this])?, self.applied(key, [last])?];
                        quote!((#one) == (#other))
                    }
                    _ => return None,
                };
                quote! {{
                    let #kept = ::std::mem::take(&mut #list);
                    for #rest in #kept {
                        let #is_same = match #list.last() { Some(#before) => #same, None => false };
                        if !#is_same {
                            #list.push(#rest);
                        }
                    }
                }}
            }
            ("retain", [Expr::Closure(function)]) => quote! {{
                let #kept = ::std::mem::take(&mut #list);
                #list = #kept.into_iter().filter(#function).collect::<::std::vec::Vec<_>>();
            }},
            ("map", [function]) => {
                let Expr::Array(array) = list else { return None };
                let elements = array.elems.iter().map(|element| self.applied(function, [quote!(#element)]));
                let elements = elements.collect::<Option<Vec<_>>>()?;
                quote!([#(#elements),*])
            }
            _ => return None,
        })
    }
}

fn is_known(method: &str, arguments: &[&Expr]) -> bool {
    match arguments {
        [] => matches!(method, "split_first" | "split_last" | "concat" | "dedup" | "each_ref"),
        [Expr::Range(_)] if matches!(method, "get" | "extend_from_within") => true,
        [Expr::Range(_), _] if method == "splice" => true,
        [Expr::Closure(_)] if is_split(method) => true,
        [_] => [
            "append",
            "clone_from_slice",
            "contains",
            "copy_from_slice",
            "dedup_by",
            "dedup_by_key",
            "drain",
            "extend_from_slice",
            "fill",
            "fill_with",
            "get_or_insert",
            "get_or_insert_with",
            "insert",
            "map",
            "partition_point",
            "repeat",
            "retain",
            "sort_by",
            "sort_by_cached_key",
            "sort_by_key",
            "split_at",
            "split_at_checked",
            "split_off",
            "take_if",
        ]
        .contains(&method),
        [_, _] => matches!(method, "resize" | "resize_with"),
        _ => false,
    }
}

/// Whether a method takes a slice apart where a function says so.
pub(super) fn is_split(method: &str) -> bool {
    matches!(method, "split" | "split_inclusive" | "rsplit" | "chunk_by")
}

/// Whether a method returns slices of the list.
fn lends_slices(method: &str) -> bool {
    is_split(method)
        || matches!(method, "split_at" | "split_at_checked" | "split_first" | "split_last" | "get")
}
