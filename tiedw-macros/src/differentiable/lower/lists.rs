//! Methods of lists that become other code, which is lowered instead.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprMethodCall};

use super::Lower;
use super::expression::itself;
use crate::differentiable::model::Operand;

impl Lower<'_> {
    /// Lowers such a method; `None` if it is none, or the list carries no gradient.
    pub(super) fn list_method(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let method = call.method.to_string();
        let is_map = method == "map" && !matches!(itself(&call.receiver), Expr::Array(_));
        if is_map || !is_known(&method, arguments.len()) || self.is_plain(&Expr::MethodCall(call.clone())) {
            return None;
        }
        let list = self.named_list(&call.receiver);
        let code = self.as_other_code(&method, &list, &arguments)?;
        Some(self.parsed(Some(code), call))
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

fn is_known(method: &str, arguments: usize) -> bool {
    matches!(
        (method, arguments),
        ("split_first" | "split_last", 0)
            | ("split_at" | "append" | "extend_from_slice" | "split_off" | "drain" | "retain" | "map", 1)
    )
}
