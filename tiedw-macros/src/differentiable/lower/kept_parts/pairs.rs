//! Lists of pairs of a part of the module and a value, as `vec![(0.5, &self.a), (2.0, &self.b)]`: they become a list of the parts and one
//! of the values.

use proc_macro2::Ident;
use quote::quote;
use syn::{Block, Expr, ExprClosure, ExprMethodCall, Local, Member, Pat, PatTuple, Stmt};

use super::super::Lower;
use super::super::borrowed::in_block;
use super::super::free;
use super::is_name;
use super::places::Sites;
use crate::differentiable::mentions::elements_of_vec;
use crate::visit_mut::{self, VisitMut};

impl Lower<'_> {
    /// The statements that a `let` of such a list and those that follow become; `None` if it is another statement.
    pub(in super::super) fn after_pairs(&mut self, stmt: &Stmt, rest: &[Stmt]) -> Option<Vec<Stmt>> {
        let Stmt::Local(Local { pat, init: Some(init), .. }) = stmt else { return None };
        let pattern = match pat {
            Pat::Type(typed) => &*typed.pat,
            pattern => pattern,
        };
        let Pat::Ident(name) = pattern else { return None };
        let pairs = match &*init.expr {
            Expr::Macro(list) if list.mac.path.is_ident("vec") => elements_of_vec(&list.mac)?,
            Expr::Array(list) => list.elems.iter().cloned().collect(),
            _ => return None,
        };
        let pairs = pairs.into_iter().map(|pair| match pair {
            Expr::Tuple(pair) => <[Expr; 2]>::try_from(Vec::from_iter(pair.elems)).ok(),
            _ => None,
        });
        let pairs = pairs.collect::<Option<Vec<_>>>()?;
        let outer = self.indices;
        let is_of_parts = |lower: &mut Self, at: usize| {
            pairs.iter().all(|pair| lower.place_of_part(&pair[at], &mut Sites::new(&[])).is_some())
        };
        let place = match pairs.is_empty() {
            true => None,
            false => match [0, 1].map(|at| is_of_parts(self, at)) {
                [true, false] => Some(0),
                [false, true] => Some(1),
                _ => None,
            },
        };
        self.indices = outer;
        let place = place?;
        let [marker, parts, values, at] = ["pairs", "list", "values", "at"].map(|what| self.fresh(what));
        let mut body = in_block(rest.to_vec());
        let in_macros =
            free::replace(&mut body, &mut |used| (*used == name.ident).then(|| syn::parse_quote!(#marker)));
        let mut uses =
            Uses { marker, parts, values, at, place, is_complete: !in_macros.contains(&name.ident) };
        uses.visit_expr_mut(&mut body);
        let Expr::Block(body) = body else { return None };
        if !uses.is_complete {
            return None;
        }
        let Uses { parts, values, .. } = uses;
        let [first, second] = [place, 1 - place].map(|at| pairs.iter().map(move |pair| &pair[at]));
        let mut stmts: Vec<Stmt> = vec![
            syn::parse_quote!(#[allow(unused_mut)] let mut #values = ::std::vec![#(#second),*];),
            syn::parse_quote!(#[allow(unused_mut)] let mut #parts = vec![#(#first),*];),
        ];
        stmts.extend(body.block.stmts);
        Some(stmts)
    }
}

/// Replaces the uses of such a list.
struct Uses {
    /// What stands for its name.
    marker: Ident,
    parts: Ident,
    values: Ident,
    /// The name of an index.
    at: Ident,
    /// The position of the part in a pair.
    place: usize,
    /// Whether all uses so far are known.
    is_complete: bool,
}

impl Uses {
    fn is_it(&self, expr: &Expr) -> bool {
        is_name(expr, &self.marker)
    }

    /// Replaces an iterator over the list, and the pattern of its items.
    fn in_head(&self, iterator: &mut Expr, pattern: &mut Pat) -> bool {
        let is_owned = match &*iterator {
            Expr::Path(_) => true,
            Expr::MethodCall(call) => call.method == "into_iter",
            _ => false,
        };
        let is_list = self.is_it(iterator)
            || matches!(&*iterator, Expr::MethodCall(call)
                if self.is_it(&call.receiver) && matches!(&*call.method.to_string(), "iter" | "into_iter"));
        if is_list {
            let Some((part, value)) = self.names(pattern) else { return false };
            let (parts, values) = (&self.parts, &self.values);
            *iterator = match is_owned {
                true => syn::parse_quote!(#parts.iter().zip(#values)),
                false => syn::parse_quote!(#parts.iter().zip(&#values)),
            };
            *pattern = syn::parse_quote!((#part, #value));
            return true;
        }
        let Expr::MethodCall(call) = iterator else { return false };
        match (&*call.method.to_string(), call.args.len()) {
            ("rev", 0) | ("skip" | "take" | "step_by", 1) => self.in_head(&mut call.receiver, pattern),
            ("enumerate", 0) => match pattern {
                Pat::Tuple(pair) if pair.elems.len() == 2 => {
                    self.in_head(&mut call.receiver, &mut pair.elems[1])
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// The patterns of the part and of the value in that of a pair.
    fn names(&self, pattern: &Pat) -> Option<(Pat, Pat)> {
        let (pair, is_copied) = match pattern {
            Pat::Reference(inner) => (&*inner.pat, true),
            pattern => (pattern, false),
        };
        let Pat::Tuple(PatTuple { elems, .. }) = pair else { return None };
        let [part, value] = [self.place, 1 - self.place].map(|at| elems.get(at).cloned());
        let (part, value) = (part?, value.filter(|_| elems.len() == 2)?);
        Some((part, if is_copied { syn::parse_quote!(&#value) } else { value }))
    }

    /// Replaces `Some((part, value)) = list.pop()`; returns the statement that gives the value its name.
    fn in_condition(&self, condition: &mut Expr) -> Option<Stmt> {
        let Expr::Let(binding) = condition else { return None };
        let (Expr::MethodCall(call), Pat::TupleStruct(some)) = (&*binding.expr, &mut *binding.pat) else {
            return None;
        };
        let is_pop = call.method == "pop" && self.is_it(&call.receiver) && some.path.is_ident("Some");
        let (part, value) = self.names(some.elems.first().filter(|_| is_pop)?)?;
        let (parts, values) = (&self.parts, &self.values);
        some.elems[0] = part;
        *binding.expr = syn::parse_quote!(#parts.pop());
        Some(syn::parse_quote!(let #value = #values.pop().unwrap();))
    }

    /// What a call of a method of the list becomes.
    fn method(&mut self, call: &ExprMethodCall) -> Option<Expr> {
        let (parts, values, method) = (self.parts.clone(), self.values.clone(), &call.method);
        match (&*method.to_string(), call.args.first()) {
            ("len" | "is_empty", None) => Some(syn::parse_quote!(#parts.#method())),
            ("push", Some(Expr::Tuple(pair))) if pair.elems.len() == 2 => {
                let [part, mut value] = [self.place, 1 - self.place].map(|at| pair.elems[at].clone());
                self.visit_expr_mut(&mut value);
                Some(syn::parse_quote!({ #values.push(#value); #parts.push(#part); }))
            }
            _ => None,
        }
    }

    /// Lets the closure of a stage of a chain take a part and a value.
    fn stage(&self, call: &mut ExprMethodCall) {
        let at = match (&*call.method.to_string(), call.args.len()) {
            ("fold", 2) => 1,
            ("map" | "for_each" | "flat_map" | "filter_map" | "all" | "any" | "position", 1) => 0,
            _ => return,
        };
        if let Expr::Closure(ExprClosure { inputs, .. }) = &mut call.args[at]
            && let Some(pattern) = inputs.get_mut(at)
        {
            self.in_head(&mut call.receiver, pattern);
        }
    }
}

impl Uses {
    /// The statements that `let (value, part) = list[i];` becomes.
    fn taken_apart(&mut self, stmt: &Stmt) -> Option<[Stmt; 3]> {
        let Stmt::Local(Local { pat, init: Some(init), .. }) = stmt else { return None };
        let (copied, borrowed) = match &*init.expr {
            Expr::Reference(inner) => (&*inner.expr, Some(quote!(&))),
            copied => (copied, None),
        };
        let Expr::Index(access) = copied else { return None };
        if !self.is_it(&access.expr) || matches!(*access.index, Expr::Range(_)) {
            return None;
        }
        let (part, value) = self.names(pat)?;
        let mut index = access.index.clone();
        self.visit_expr_mut(&mut index);
        let (parts, values, at) = (&self.parts, &self.values, &self.at);
        Some([
            syn::parse_quote!(let #at = #index;),
            syn::parse_quote!(let #value = #borrowed #values[#at];),
            syn::parse_quote!(let #part = #parts[#at];),
        ])
    }
}

impl VisitMut for Uses {
    fn visit_block_mut(&mut self, block: &mut Block) {
        for mut stmt in std::mem::take(&mut block.stmts) {
            match self.taken_apart(&stmt) {
                Some(stmts) => block.stmts.extend(stmts),
                None => {
                    self.visit_stmt_mut(&mut stmt);
                    block.stmts.push(stmt);
                }
            }
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::ForLoop(each) => {
                self.in_head(&mut each.expr, &mut each.pat);
            }
            Expr::While(repeated) => {
                let named = self.in_condition(&mut repeated.cond);
                repeated.body.stmts.splice(..0, named);
            }
            Expr::If(branch) => {
                let named = self.in_condition(&mut branch.cond);
                branch.then_branch.stmts.splice(..0, named);
            }
            Expr::Field(field)
                if matches!(&*field.base, Expr::Index(access) if self.is_it(&access.expr))
                    && let Member::Unnamed(at) = &field.member =>
            {
                let list = if at.index as usize == self.place { &self.parts } else { &self.values }.clone();
                let Expr::Index(access) = &mut *field.base else { return };
                self.visit_expr_mut(&mut access.index);
                let index = &access.index;
                *expr = syn::parse_quote!(#list[#index]);
                return;
            }
            Expr::MethodCall(call)
                if self.is_it(&call.receiver)
                    && let Some(other) = self.method(call) =>
            {
                *expr = other;
                return;
            }
            Expr::MethodCall(call) => self.stage(call),
            _ => {}
        }
        if self.is_it(expr) {
            self.is_complete = false;
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        let marker = self.marker.to_string();
        if !free::in_macro(mac, &mut |expr| self.visit_expr_mut(expr)) {
            let tokens = &mac.tokens;
            self.is_complete &= !quote!(#tokens).to_string().contains(&marker);
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
