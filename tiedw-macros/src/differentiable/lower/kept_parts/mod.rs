//! Lists of parts of the module that have a name, as `chosen` in `let chosen: Vec<_> = order.iter().map(|&i| &self.blocks[i]).collect();`,
//! and a name that is given one part after another, as in `let mut layer = &self.first; .. layer = &self.second;`.
//!
//! What is kept of a part is its place, which is data: the number of one of some parts and lists of parts that are known here, and the
//! index in the list. Where the name is used, the part is found by its place.

mod places;
mod uses;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Expr, ExprForLoop, ExprMethodCall, Pat, Stmt, Token};

use self::places::Sites;
use self::uses::{Kind, Uses};
use super::Lower;
use super::borrowed::in_block;
use super::free;
use super::module_path::is_part;
use super::order;
use crate::differentiable::mentions::elements_of_vec;
use crate::visit::{self, Visit};
use crate::visit_mut::VisitMut;

impl Lower<'_> {
    /// The statements that a `let` of such a list or name and those that follow become; `None` if it is another statement.
    pub(super) fn after_kept_parts(&mut self, stmt: &Stmt, rest: &[Stmt]) -> Option<Vec<Stmt>> {
        if let Stmt::Expr(Expr::ForLoop(inner), semicolon) = stmt {
            return self.loop_over_found_parts(inner, *semicolon, rest);
        }
        let Stmt::Local(local) = stmt else { return None };
        let init = local.init.as_ref().filter(|init| init.diverge.is_none())?;
        let pattern = match &local.pat {
            Pat::Type(typed) => &*typed.pat,
            pattern => pattern,
        };
        let Pat::Ident(name) = pattern else { return None };
        let kind = Kind::of(&init.expr, name.mutability.is_some())?;
        if !self.may_keep_parts(&name.ident, kind, &init.expr, rest) {
            return None;
        }
        // Until it is known that this is such a name, nothing is lowered.
        let outer = self.indices;
        let found = self.kept_parts(&name.ident, kind, &init.expr, rest);
        if found.is_none() {
            self.indices = outer;
        }
        found
    }

    /// Whether such a name may stand for parts: most do not, which is found without a copy of what follows.
    fn may_keep_parts(&mut self, name: &Ident, kind: Kind, init: &Expr, rest: &[Stmt]) -> bool {
        let mut sites = Sites::new(&[]);
        let first = match init {
            Expr::MethodCall(collect) => return self.places_of(&collect.receiver, &mut sites).is_some(),
            Expr::Macro(list) => elements_of_vec(&list.mac).and_then(|parts| parts.into_iter().next()),
            _ if kind == Kind::Part && !is_part(self, init) => return false,
            _ => None,
        };
        if let Some(part) = first {
            return self.place_of_part(&part, &mut sites).is_some();
        }
        let mut added = Added { name, kind, parts: Vec::new(), chains: Vec::new() };
        for stmt in rest {
            match stmt {
                Stmt::Local(local) => added.visit_local(local),
                Stmt::Expr(expr, _) => added.visit_expr(expr),
                Stmt::Item(_) | Stmt::Macro(_) => {}
            }
        }
        match (added.parts.first(), added.chains.first()) {
            (Some(part), _) => self.place_of_part(part, &mut sites).is_some(),
            (None, Some(chain)) => self.places_of(chain, &mut sites).is_some(),
            (None, None) => false,
        }
    }

    /// A loop over parts that a closure finds, as in `for block in order.iter().map(|&i| &self.blocks[i])`: one over a list of them.
    fn loop_over_found_parts(
        &mut self,
        written: &ExprForLoop,
        semicolon: Option<Token![;]>,
        rest: &[Stmt],
    ) -> Option<Vec<Stmt>> {
        // The list is made before the loop: of all items, so there must be an end, and none that is not asked for may matter.
        let mut ends = Ends(false);
        ends.visit_block(&written.body);
        let mut inner = written.clone();
        let found = finding(&mut inner.expr)?;
        if ends.0 || !is_of_data(found) {
            return None;
        }
        self.places_of(found, &mut Sites::new(&[]))?;
        let list = self.fresh("list");
        let parts = std::mem::replace(found, syn::parse_quote!(#list.iter()));
        let named = syn::parse_quote!(let #list = #parts.collect(););
        let looped = Stmt::Expr(Expr::ForLoop(inner), semicolon);
        Some([named, looped].into_iter().chain(rest.to_vec()).collect())
    }

    fn kept_parts(&mut self, name: &Ident, kind: Kind, init: &Expr, rest: &[Stmt]) -> Option<Vec<Stmt>> {
        let [marker, places] = ["parts", "places"].map(|what| self.fresh(what));
        let mut body = in_block(rest.to_vec());
        let in_macros = free::replace(&mut body, &mut |used| {
            (used == name).then(|| {
                let mut marker = marker.clone();
                marker.set_span(marker.span().located_at(used.span()));
                syn::parse_quote!(#marker)
            })
        });
        let mut sites = Sites::new(rest);
        let (ty, start) = match kind {
            Kind::Part => (quote!((usize, usize)), self.place_of_part(init, &mut sites)?),
            Kind::List => (quote!(::std::vec::Vec<(usize, usize)>), self.start(init, &mut sites)?),
        };
        let mut added = Added { name: &marker, kind, parts: Vec::new(), chains: Vec::new() };
        added.visit_expr(&body);
        for part in added.parts {
            self.place_of_part(&part, &mut sites)?;
        }
        for chain in added.chains {
            self.places_of(&chain, &mut sites)?;
        }
        if sites.is_empty() {
            return None;
        }
        let mut uses =
            Uses { lower: self, kind, marker: &marker, places: &places, sites: &mut sites, left: Vec::new() };
        uses.visit_expr_mut(&mut body);
        let mut left = uses.left;
        left.extend(in_macros.into_iter().filter(|used| used == name));
        if let Some(used) = left.first() {
            let advice = match kind {
                Kind::Part => {
                    "becomes another part later: use it in the closure that is passed, or call the parts where they are chosen"
                }
                Kind::List => {
                    "holds parts of the module, which a body loops over, indexes by data, and takes by `let part = list.pop().unwrap();`: \
                     call the parts where they are chosen"
                }
            };
            self.errors.at(used, format_args!("`{name}` {advice}"));
        }
        let Expr::Block(body) = body else { return None };
        let mut stmts = sites.named();
        stmts.push(syn::parse_quote!(#[allow(unused_mut)] let mut #places: #ty = #start;));
        stmts.extend(body.block.stmts);
        Some(stmts)
    }

    /// The list of places that a list of parts starts with.
    fn start(&mut self, init: &Expr, sites: &mut Sites) -> Option<TokenStream> {
        match init {
            Expr::MethodCall(collect) if collect.method == "collect" => {
                let places = self.places_of(&collect.receiver, sites)?;
                Some(quote!(#places.collect()))
            }
            Expr::Macro(list) => {
                let parts = elements_of_vec(&list.mac)?;
                let places =
                    parts.iter().map(|part| self.place_of_part(part, sites)).collect::<Option<Vec<_>>>()?;
                Some(quote!(::std::vec![#(#places),*]))
            }
            _ => Some(quote!(::std::vec::Vec::new())),
        }
    }
}

/// Whether a loop may end before its iterator.
struct Ends(bool);

impl<'ast> Visit<'ast> for Ends {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.0 |= match expr {
            Expr::Break(_) | Expr::Return(_) | Expr::Try(_) => true,
            Expr::Continue(to) => to.label.is_some(),
            _ => false,
        };
        visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, _: &'ast syn::Macro) {
        self.0 = true;
    }
}

/// Whether an iterator has an end, and its closures change and draw nothing.
fn is_of_data(iterator: &Expr) -> bool {
    match iterator {
        Expr::Paren(inner) => is_of_data(&inner.expr),
        Expr::Range(range) => range.end.is_some(),
        Expr::Call(_) | Expr::Macro(_) => false,
        Expr::MethodCall(call) => {
            let takes_data = call.args.iter().all(|argument| match argument {
                Expr::Closure(closure) => !order::has_effects(&closure.body),
                argument => !order::has_effects(argument),
            });
            let is_known = matches!(
                &*call.method.to_string(),
                "iter"
                    | "into_iter"
                    | "copied"
                    | "cloned"
                    | "rev"
                    | "enumerate"
                    | "skip"
                    | "step_by"
                    | "zip"
                    | "map"
            );
            takes_data && is_known && is_of_data(&call.receiver)
        }
        _ => true,
    }
}

/// The iterator in the head of a loop whose items a closure finds.
fn finding(iterator: &mut Expr) -> Option<&mut Expr> {
    let is_finding = match iterator {
        Expr::MethodCall(call) => match (&*call.method.to_string(), call.args.first()) {
            ("map" | "filter_map", Some(Expr::Closure(_))) => true,
            ("rev" | "enumerate" | "skip" | "take" | "step_by" | "zip", _) => false,
            _ => return None,
        },
        _ => return None,
    };
    if is_finding {
        return Some(iterator);
    }
    match iterator {
        Expr::MethodCall(call) => finding(&mut call.receiver),
        _ => None,
    }
}

/// What is given to such a name, or added to such a list, later.
struct Added<'m> {
    name: &'m Ident,
    kind: Kind,
    parts: Vec<Expr>,
    chains: Vec<Expr>,
}

impl<'ast> Visit<'ast> for Added<'_> {
    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        if self.kind == Kind::Part && is_name(&assign.left, self.name) {
            self.parts.push((*assign.right).clone());
        }
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if self.kind == Kind::List && is_name(&call.receiver, self.name) {
            match (&*call.method.to_string(), call.args.len()) {
                ("push", 1) => self.parts.push(call.args[0].clone()),
                ("insert", 2) => self.parts.push(call.args[1].clone()),
                ("extend", 1) => self.chains.push(call.args[0].clone()),
                _ => {}
            }
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// Whether an expression is a name, possibly in parentheses or behind references.
fn is_name(expr: &Expr, name: &Ident) -> bool {
    matches!(super::expression::itself(expr), Expr::Path(path) if path.path.is_ident(name))
}
