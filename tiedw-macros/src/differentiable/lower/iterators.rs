//! Iterators that have a name, as in `let mut it = list.iter();`: a list of their items, and the place in it.

use crate::visit_mut::{self, VisitMut};
use proc_macro2::Ident;
use syn::{Expr, Pat, Stmt};

use super::borrowed::in_block;
use super::module_path::is_part;
use super::{Lower, free};
use crate::private::private;

/// The names that an iterator becomes.
struct Iterator {
    /// What stands for its name before its methods are replaced.
    name: Ident,
    list: Ident,
    place: Ident,
    index: Ident,
    /// Whether it iterates over parts of the module, so that the list is one.
    is_of_parts: bool,
}

impl Lower<'_> {
    /// The statements that a `let` of an iterator over values and those that follow become; `None` if it is another
    /// statement.
    pub(super) fn after_iterator(&mut self, stmt: &Stmt, rest: &[Stmt]) -> Option<Vec<Stmt>> {
        let Stmt::Local(local) = stmt else { return None };
        let init = local.init.as_ref().filter(|init| init.diverge.is_none())?;
        let Pat::Ident(name) = &local.pat else { return None };
        let mut chain = &*init.expr;
        if let Expr::MethodCall(call) = chain
            && call.method == "peekable"
        {
            chain = &call.receiver;
        }
        let parts = self.list_of_parts_in(chain);
        if parts.is_none() && !self.is_iterator_of_values(chain) {
            return None;
        }
        if parts.is_none() && self.refuse_closures(chain) {
            return Some(Vec::new());
        }
        let names = ["iterator", "items", "place", "index"].map(|name| self.fresh(name));
        let [marker, list, place, index] = names;
        let iterator = Iterator { name: marker, list, place, index, is_of_parts: parts.is_some() };
        let Iterator { name: marker, list, place, .. } = &iterator;

        let mut body = in_block(rest.to_vec());
        let in_macros =
            free::replace(&mut body, &mut |used| (*used == name.ident).then(|| syn::parse_quote!(#marker)));
        if let Some(used) = in_macros.iter().find(|used| **used == name.ident) {
            self.errors.at(
                used,
                format_args!("a macro cannot use the iterator `{used}`; bind what it yields before"),
            );
        }
        let mut uses = Uses(&iterator);
        uses.visit_expr_mut(&mut body);
        let Expr::Block(body) = body else { return None };
        let before: [Stmt; 2] = [
            match parts {
                Some(parts) => syn::parse_quote!(let #list = &#parts;),
                None => syn::parse_quote!(let #list = #chain.collect::<::std::vec::Vec<_>>();),
            },
            syn::parse_quote!(let mut #place = 0_usize;),
        ];
        Some(before.into_iter().chain(body.block.stmts).collect())
    }

    /// The list of parts of the module in `self.blocks.iter()`.
    fn list_of_parts_in<'e>(&self, chain: &'e Expr) -> Option<&'e Expr> {
        match chain {
            Expr::MethodCall(call) if call.method == "iter" && call.args.is_empty() => {
                Some(&*call.receiver).filter(|list| is_part(self, list))
            }
            _ => None,
        }
    }
}

/// Replaces the uses of an iterator.
struct Uses<'i>(&'i Iterator);

impl VisitMut for Uses<'_> {
    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        free::in_macro(mac, &mut |expr| self.visit_expr_mut(expr));
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let Iterator { name, list, place, index, is_of_parts } = self.0;
        let private = private();
        let is_iterator = |expr: &Expr| matches!(expr, Expr::Path(path) if path.path.is_ident(name));
        match expr {
            Expr::MethodCall(call) if is_iterator(&call.receiver) && call.args.is_empty() => {
                match &*call.method.to_string() {
                    "next" if *is_of_parts => {
                        *expr = syn::parse_quote!(#list.get({
                            let #index = #place;
                            #place += 1;
                            #index
                        }));
                    }
                    "peek" if *is_of_parts => *expr = syn::parse_quote!(#list.get(#place)),
                    "len" if *is_of_parts => *expr = syn::parse_quote!(#list.len().saturating_sub(#place)),
                    "next" => {
                        *expr = syn::parse_quote! {
                            (if #place < #list.len() {
                                let #index = #place;
                                #place += 1;
                                Some(#private::list_item(#list, #index))
                            } else {
                                None
                            })
                        };
                    }
                    "peek" => {
                        *expr = syn::parse_quote!((if #place < #list.len() { Some(&#list[#place]) } else { None }));
                    }
                    "len" => *expr = syn::parse_quote!((#list.len() - #place)),
                    _ => visit_mut::visit_expr_mut(self, expr),
                }
            }
            expr if is_iterator(expr) && *is_of_parts => *expr = syn::parse_quote!(#list.iter().skip(#place)),
            expr if is_iterator(expr) => *expr = syn::parse_quote!(#list.into_iter().skip(#place)),
            expr => visit_mut::visit_expr_mut(self, expr),
        }
    }
}
