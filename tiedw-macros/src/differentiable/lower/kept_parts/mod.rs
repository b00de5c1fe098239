//! Lists of parts of the module that have a name, as `chosen` in `let chosen: Vec<_> = order.iter().map(|&i| &self.blocks[i]).collect();`,
//! and a name that is given one part after another, as in `let mut layer = &self.first; .. layer = &self.second;`.
//!
//! What is kept of a part is its place, which is data: the number of one of some parts and lists of parts that are known here, and the
//! index in the list. Where the name is used, the part is found by its place.

mod inlined_names;
mod loops_by_index;
mod pairs;
mod places;
mod uses;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Expr, ExprForLoop, ExprMethodCall, Pat, Stmt, Token};

use self::places::{Sites, end_of};
use self::uses::{Kind, Uses};
use super::Lower;
use super::borrowed::in_block;
use super::free;
use super::module_path::is_part;
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
        let by_index = self.with_loops_by_index(rest);
        let rest = by_index.as_deref().unwrap_or(rest);
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
        let first = match behind_parens(init) {
            Expr::If(branch) => {
                let end = end_of(&branch.then_branch);
                return end.is_some_and(|end| self.may_keep_parts(name, kind, end, rest));
            }
            Expr::MethodCall(collect) => return self.places_of(&collect.receiver, &mut sites).is_some(),
            Expr::Macro(list) => elements_of_vec(&list.mac).and_then(|parts| parts.into_iter().next()),
            Expr::Match(_) if kind == Kind::Part => Some(init.clone()),
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

    /// A loop over parts that a closure finds, as in `for block in order.iter().map(|&i| &self.blocks[i])`: one over their places.
    fn loop_over_found_parts(
        &mut self,
        written: &ExprForLoop,
        semicolon: Option<Token![;]>,
        rest: &[Stmt],
    ) -> Option<Vec<Stmt>> {
        finding(&mut written.expr.clone(), &mut written.pat.clone())?;
        let outer = self.indices;
        let found = self.over_places(written, semicolon, rest);
        if found.is_none() {
            self.indices = outer;
        }
        found
    }

    fn over_places(
        &mut self,
        written: &ExprForLoop,
        semicolon: Option<Token![;]>,
        rest: &[Stmt],
    ) -> Option<Vec<Stmt>> {
        let mut inner = written.clone();
        let (found, pattern) = finding(&mut inner.expr, &mut inner.pat)?;
        let mut sites = Sites::new(&[&[Stmt::Expr(Expr::ForLoop(written.clone()), None)], rest].concat());
        let places = self.places_of(found, &mut sites)?;
        let place = self.fresh("place");
        *found = syn::parse_quote!(#places);
        let part_pattern = std::mem::replace(pattern, syn::parse_quote!(#place));
        let part = sites.at(&quote!(#place));
        inner.body.stmts.insert(0, syn::parse_quote!(let #part_pattern = #part;));
        let mut stmts = sites.statements();
        stmts.push(Stmt::Expr(Expr::ForLoop(inner), semicolon));
        stmts.extend(rest.to_vec());
        Some(stmts)
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
        inlined_names::replace(&mut body);
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
        let mut stmts = sites.statements();
        stmts.push(syn::parse_quote!(#[allow(unused_mut)] let mut #places: #ty = #start;));
        stmts.extend(body.block.stmts);
        Some(stmts)
    }

    /// The list of places that a list of parts starts with.
    fn start(&mut self, init: &Expr, sites: &mut Sites) -> Option<TokenStream> {
        match init {
            Expr::If(branch) => {
                let (_, otherwise) = branch.else_branch.as_ref()?;
                let otherwise = match &**otherwise {
                    Expr::Block(block) => end_of(&block.block)?,
                    otherwise => otherwise,
                };
                let is_data = self.is_plain(&branch.cond) && !matches!(*branch.cond, Expr::Let(_));
                let then = self.start(end_of(&branch.then_branch)?, sites)?;
                let otherwise = self.start(otherwise, sites).filter(|_| is_data)?;
                let condition = &branch.cond;
                Some(quote!(if #condition { #then } else { #otherwise }))
            }
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

/// The iterator in the head of a loop whose items a closure finds, and the pattern of such an item.
fn finding<'e>(iterator: &'e mut Expr, pattern: &'e mut Pat) -> Option<(&'e mut Expr, &'e mut Pat)> {
    let Expr::MethodCall(call) = iterator else { return None };
    match (&*call.method.to_string(), call.args.first()) {
        ("map" | "filter_map", Some(Expr::Closure(_))) => Some((iterator, pattern)),
        ("rev" | "skip" | "take" | "step_by", _) => {
            let Expr::MethodCall(call) = iterator else { return None };
            finding(&mut call.receiver, pattern)
        }
        (method @ ("enumerate" | "zip"), _) => {
            let place = usize::from(method == "enumerate");
            let Expr::MethodCall(call) = iterator else { return None };
            match pattern {
                Pat::Tuple(pair) if pair.elems.len() == 2 => {
                    finding(&mut call.receiver, &mut pair.elems[place])
                }
                _ => None,
            }
        }
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

fn behind_parens(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => behind_parens(&inner.expr),
        expr => expr,
    }
}

/// Whether an expression is a name, possibly in parentheses or behind references.
fn is_name(expr: &Expr, name: &Ident) -> bool {
    matches!(super::expression::itself(expr), Expr::Path(path) if path.path.is_ident(name))
}
