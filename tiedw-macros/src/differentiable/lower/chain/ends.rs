//! The methods that end a chain of iterators.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, ExprMethodCall, Lifetime, Type};

use super::{Chain, is_vec, possible_error, turbofish};
use crate::differentiable::lower::Lower;
use crate::private::{private, private_at};

impl Lower<'_> {
    /// The code of a chain and the method that ends it; `None` if the method has other arguments.
    pub(super) fn consumed(
        &mut self,
        method: &str,
        call: &ExprMethodCall,
        chain: &Chain,
    ) -> Option<TokenStream> {
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let (span, value) = (call.method.span(), self.fresh("value"));
        Some(match (method, &arguments[..]) {
            ("collect", []) => {
                let ty = match turbofish(call) {
                    Some(ty) if is_vec(ty) => Some(ty),
                    Some(ty) => return self.until_missing(chain, ty, |list| quote!(#list)),
                    None => None,
                };
                self.list_of(chain, ty)?
            }
            ("try_fold", [start, function]) => self.until_error(chain, start, |this, value, item| {
                this.applied(function, [quote!(#value), item.to_token_stream()])
            })?,
            ("try_for_each", [function]) => {
                self.until_error(chain, &syn::parse_quote!(()), |this, _, item| {
                    this.applied(function, [item.to_token_stream()])
                })?
            }
            ("sum" | "product", []) if turbofish(call).is_some_and(|ty| possible_error(ty).is_some()) => {
                let method = &call.method;
                self.until_missing(chain, turbofish(call)?, |list| quote!(#list.into_iter().#method()))?
            }
            ("sum", []) => {
                let (list, ty) = (self.list_of(chain, None)?, turbofish(call).map(|ty| quote!(: #ty)));
                let private = private_at(span);
                quote_spanned!(span=> { let #value #ty = #private::list_sum(#list); #value })
            }
            ("product", []) => {
                let [there, before] = ["there", "before"].map(|name| self.fresh(name));
                let body = self.each(chain, &mut |_, item, _| {
                    Some(quote! {
                        let #there = #item.clone();
                        match #value { None => #value = Some(#there), Some(#before) => #value = Some(#before * #there) }
                    })
                })?;
                let (ty, private) = (turbofish(call).map(|ty| quote!(: #ty)), private_at(span));
                let one = quote_spanned!(span=> #private::empty_product());
                quote!({ let mut #value = None; #body let #there #ty = match #value { Some(#there) => #there, None => #one }; #there })
            }
            ("fold", [start, function]) => {
                let body = self.each(chain, &mut |this, item, _| {
                    let next = this.applied(function, [quote!(#value), item.to_token_stream()])?;
                    Some(quote!(#value = #next;))
                })?;
                starting_at(&value, quote!(#start), body)
            }
            ("reduce", [function]) => {
                let body = self.each(chain, &mut |this, item, _| {
                    let before = this.fresh("before");
                    let next = this.applied(function, [quote!(#before), item.to_token_stream()])?;
                    // The first item has the type that the function is called with.
                    Some(quote!(match #value { None => #value = Some(#item), Some(#before) => #value = Some(#next) }))
                })?;
                starting_at(&value, quote!(None), body)
            }
            ("for_each", [function]) => {
                let body = self.each(chain, &mut |this, item, _| {
                    let done = this.applied(function, [item.to_token_stream()])?;
                    Some(quote!(#done;))
                })?;
                quote!({ #body })
            }
            ("max_by" | "min_by", [function]) => {
                let [before, order] = ["before", "order"].map(|name| self.fresh(name));
                let keeps = if method == "max_by" { quote!(is_gt) } else { quote!(is_le) };
                let body = self.each(chain, &mut |this, item, _| {
                    let compared = this.applied(function, [quote!(&#before), quote!(&#item)])?;
                    Some(quote! {
                        match #value {
                            None => #value = Some(#item),
                            Some(#before) => {
                                let #order = #compared;
                                #value = if #order.#keeps() { Some(#before) } else { Some(#item) };
                            }
                        }
                    })
                })?;
                starting_at(&value, quote!(None), body)
            }
            ("max" | "min", []) => {
                let before = self.fresh("before");
                let keeps = if method == "max" { quote!(>) } else { quote!(<=) };
                let body = self.each(chain, &mut |_, item, _| {
                    Some(quote! {
                        match #value {
                            None => #value = Some(#item),
                            Some(#before) => {
                                #value = if #before #keeps #item { Some(#before) } else { Some(#item) };
                            }
                        }
                    })
                })?;
                starting_at(&value, quote!(None), body)
            }
            ("max_by_key" | "min_by_key", [function]) => {
                let [before, old, key] = ["before", "old", "key"].map(|name| self.fresh(name));
                let keeps = if method == "max_by_key" { quote!(>) } else { quote!(<=) };
                let body = self.each(chain, &mut |this, item, _| {
                    let of_item = this.applied(function, [quote!(&#item)])?;
                    Some(quote! {
                        let #key = #of_item;
                        match #value {
                            None => #value = Some((#key, #item)),
                            Some((#old, #before)) => {
                                #value = if #old #keeps #key { Some((#old, #before)) } else { Some((#key, #item)) };
                            }
                        }
                    })
                })?;
                quote!({ let mut #value = None; #body #value.map(|(_, #before)| #before) })
            }
            ("next", []) => {
                let body = self
                    .each(chain, &mut |_, item, label| Some(quote!(#value = Some(#item); break #label;)))?;
                starting_at(&value, quote!(None), body)
            }
            ("nth", [place]) => {
                let number = self.fresh("number");
                let body = self.each(chain, &mut |_, item, label| {
                    Some(quote!(if #number == 0 { #value = Some(#item); break #label; } #number -= 1;))
                })?;
                quote!({ let mut #number: usize = #place; let mut #value = None; #body #value })
            }
            ("find", [function]) => {
                let holds = self.fresh("holds");
                let body = self.each(chain, &mut |this, item, label| {
                    let answer = this.applied(function, [quote!(&#item)])?;
                    Some(quote!(let #holds = #answer; if #holds { #value = Some(#item); break #label; }))
                })?;
                starting_at(&value, quote!(None), body)
            }
            ("find_map", [function]) => {
                let there = self.fresh("there");
                let body = self.each(chain, &mut |this, item, label| {
                    let (before, found) = this.applied_to_item(function, item)?;
                    Some(
                        quote!(#before if let Some(#there) = #found { #value = Some(#there); break #label; }),
                    )
                })?;
                starting_at(&value, quote!(None), body)
            }
            ("position", [function]) => {
                let [number, holds] = ["number", "holds"].map(|name| self.fresh(name));
                let body = self.each(chain, &mut |this, item, label| {
                    let answer = this.applied(function, [item.to_token_stream()])?;
                    Some(quote!(let #holds = #answer; if #holds { #value = Some(#number); break #label; } #number += 1;))
                })?;
                quote!({ let mut #number = 0_usize; let mut #value = None; #body #value })
            }
            ("rposition", [function]) => {
                if self.refuse_effects(chain) || self.refuse_list_of_parts(chain, &call.method) {
                    return Some(TokenStream::new());
                }
                let [list, number, holds] = ["list", "number", "holds"].map(|name| self.fresh(name));
                let items = self.list_of(chain, None)?;
                let head = syn::parse_quote!(#list.into_iter().rev());
                let reversed = Chain { head, stages: Vec::new(), is_of_parts: false };
                let body = self.each(&reversed, &mut |this, item, label| {
                    let answer = this.applied(function, [item.to_token_stream()])?;
                    Some(quote!(#number -= 1; let #holds = #answer; if #holds { #value = Some(#number); break #label; }))
                })?;
                quote! {{
                    let #list = #items;
                    let mut #number: usize = #list.len();
                    let mut #value = None;
                    #body
                    #value
                }}
            }
            ("partition", [function]) => {
                let [second, holds] = ["second", "holds"].map(|name| self.fresh(name));
                let body = self.each(chain, &mut |this, item, _| {
                    let answer = this.applied(function, [quote!(&#item)])?;
                    Some(quote!(let #holds = #answer; if #holds { #value.push(#item); } else { #second.push(#item); }))
                })?;
                two_lists(&value, &second, &body)
            }
            ("last", []) => {
                let body = self.each(chain, &mut |_, item, _| Some(quote!(#value = Some(#item);)))?;
                starting_at(&value, quote!(None), body)
            }
            ("count", []) => {
                let body = self.each(chain, &mut |_, _, _| Some(quote!(#value += 1;)))?;
                starting_at(&value, quote!(0_usize), body)
            }
            ("any" | "all", [function]) => {
                let is_any = method == "any";
                let body = self.each(chain, &mut |this, item, label| {
                    let (holds, answer) =
                        (this.fresh("holds"), this.applied(function, [item.to_token_stream()])?);
                    let condition = if is_any { quote!(#holds) } else { quote!(!#holds) };
                    Some(quote!(let #holds = #answer; if #condition { #value = #is_any; break #label; }))
                })?;
                let start = !is_any;
                starting_at(&value, quote!(#start), body)
            }
            ("unzip", []) => {
                let second = self.fresh("second");
                let body = self.each(chain, &mut |_, item, _| {
                    Some(quote!(#value.push(#item.0); #second.push(#item.1);))
                })?;
                two_lists(&value, &second, &body)
            }
            _ => return None,
        })
    }

    /// The code of a list of all items.
    pub(super) fn list_of(&mut self, chain: &Chain, ty: Option<&Type>) -> Option<TokenStream> {
        let list = self.fresh("list");
        let body = self.each(chain, &mut |_, item, _| Some(quote!(#list.push(#item);)))?;
        let ty = ty.map(|ty| quote!(: #ty));
        Some(quote!({ let mut #list #ty = ::std::vec::Vec::new(); #body #list }))
    }

    /// The code of what `of_list` makes of a list of what is inside of all items, or of the first error.
    fn until_missing(
        &mut self,
        chain: &Chain,
        ty: &Type,
        of_list: impl FnOnce(&Ident) -> TokenStream,
    ) -> Option<TokenStream> {
        let is_option = match &*possible_error(ty)? {
            "Option" => true,
            "Result" => false,
            _ => return None,
        };
        let [list, left, there, missing] = ["list", "left", "there", "missing"].map(|name| self.fresh(name));
        let private = private();
        let body = self.each(chain, &mut |_, item, label| {
            Some(quote! {
                match #private::split(#item) {
                    (_, Ok(#there)) => #list.push(#there),
                    (_, Err(#missing)) => { #left = Some(#missing); break #label; }
                }
            })
        })?;
        let all = of_list(&list);
        let result = match is_option {
            true => quote!(match #left { None => Some(#all), Some(_) => None }),
            false => quote!(match #left { None => Ok(#all), Some(#missing) => Err(#missing) }),
        };
        Some(quote! {{
            let mut #list = ::std::vec::Vec::new();
            let mut #left = None;
            #body
            let #there: #ty = #result;
            #there
        }})
    }

    /// The code of a value that `next` computes from the value before and an item, until there is an error.
    fn until_error(
        &mut self,
        chain: &Chain,
        start: &Expr,
        mut next: impl FnMut(&mut Self, &Ident, &Ident) -> Option<TokenStream>,
    ) -> Option<TokenStream> {
        let [value, kind, there, missing] =
            ["value", "kind", "there", "missing"].map(|name| self.fresh(name));
        let end = Lifetime::new(&format!("'{}", self.fresh("end")), Span::mixed_site());
        let private = private();
        let body = self.each(chain, &mut |this, item, _| {
            let next = next(this, &value, item)?;
            Some(quote! {
                match #private::split(#next) {
                    (_, Ok(#there)) => #value = #there,
                    (#kind, Err(#missing)) => break #end #private::without(#kind, #missing),
                }
            })
        })?;
        Some(quote!(#end: { let mut #value = #start; #body #private::present(#value) }))
    }
}

/// The code of a value that `body` changes.
fn starting_at(value: &Ident, start: TokenStream, body: TokenStream) -> TokenStream {
    quote!({ let mut #value = #start; #body #value })
}

/// The code of two lists that `body` adds to.
fn two_lists(one: &Ident, other: &Ident, body: &TokenStream) -> TokenStream {
    quote! {{
        let mut #one = ::std::vec::Vec::new();
        let mut #other = ::std::vec::Vec::new();
        #body
        (#one, #other)
    }}
}
