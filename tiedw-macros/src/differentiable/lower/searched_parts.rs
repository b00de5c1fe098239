//! Parts of the module that are searched for, as in `self.experts.iter().max_by(|a, b| ..)`: `self.experts.get(found)`, after a loop
//! that finds the index.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Expr, ExprMethodCall};

use super::Lower;
use super::expression::itself;
use crate::differentiable::scope::ModulePath;

/// The methods of an iterator that search.
pub(in crate::differentiable) const SEARCHES: [&str; 5] =
    ["find", "max_by", "max_by_key", "min_by", "min_by_key"];

impl Lower<'_> {
    /// The list of modules in which such a method searches.
    pub(super) fn searched_parts<'e>(&self, call: &'e ExprMethodCall) -> Option<&'e Expr> {
        let is_search = SEARCHES.iter().any(|name| call.method == name)
            && matches!(call.args.first(), Some(closure @ Expr::Closure(_)) if !Self::has_own_effect(closure));
        let Expr::MethodCall(iter) = itself(&call.receiver) else { return None };
        if !is_search || iter.method != "iter" || !iter.args.is_empty() {
            return None;
        }
        let ty = self.type_of_part(&iter.receiver)?;
        self.types.is_module(ty.strip_prefix('[')?).then_some(&*iter.receiver)
    }

    /// Finds the index of the part, and returns the part, if any.
    pub(super) fn found_part(&mut self, call: &ExprMethodCall, list: &Expr) -> Option<ModulePath> {
        let [found, index] = ["found", "index"].map(|name| self.fresh(name));
        let moves = self.moves(call, list, &found, &index)?;
        let start = match call.method == "find" {
            true => quote!(#found == usize::MAX),
            false => quote!(true),
        };
        let body = match call.method == "find" {
            true => moves,
            false => quote!(if #found == usize::MAX { #found = #index; } else { #moves }),
        };
        self.stmt(&syn::parse_quote!(let mut #found: usize = usize::MAX;));
        let search = quote!(for #index in 0..(#list).len() { if #start { #body } });
        let _ = self.parsed(Some(search), call);
        self.part_or_element(&syn::parse_quote!(#list.get(#found)))
    }

    /// The code that moves `found` to `index` if that is to be preferred: of several that are equal, the last is the largest,
    /// and the first the smallest.
    fn moves(
        &mut self,
        call: &ExprMethodCall,
        list: &Expr,
        found: &Ident,
        index: &Ident,
    ) -> Option<TokenStream> {
        let (function, method) = (call.args.first()?, call.method.to_string());
        let [old, new] = ["old", "new"].map(|name| self.fresh(name));
        let is_largest = method.starts_with("max");
        Some(match &*method {
            "find" => {
                let holds = self.applied(function, [quote!(&&#list[#index])])?;
                quote!(let #new = #holds; if #new { #found = #index; })
            }
            "max_by" | "min_by" => {
                let order = self.applied(function, [quote!(&&#list[#found]), quote!(&&#list[#index])])?;
                let moves = if is_largest { quote!(is_le) } else { quote!(is_gt) };
                quote!(let #new = #order; if #new.#moves() { #found = #index; })
            }
            _ => {
                let before = self.applied(function, [quote!(&#list[#found])])?;
                let key = self.applied(function, [quote!(&#list[#index])])?;
                let moves = if is_largest { quote!(<=) } else { quote!(>) };
                quote!(let #old = #before; let #new = #key; if #old #moves #new { #found = #index; })
            }
        })
    }
}
