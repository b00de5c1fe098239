//! Names for `&mut` of a value or of its parts, as in `for h in &mut states`: each use becomes one of the place itself.

use crate::visit::Visit;
use crate::visit_mut::{self, VisitMut};
use proc_macro2::Ident;
use quote::quote;
use syn::{Block, Expr, ExprForLoop, ExprIf, ExprMethodCall, Member, Pat, Stmt, UnOp};

use super::Lower;
use super::free;
use super::lent::{is_implicit, place_of};
use crate::differentiable::model::Operand;
use crate::differentiable::scope::Binding;
use crate::private::private;

/// A name, and the place that it refers to.
pub(super) struct Alias {
    name: Ident,
    /// The place, or a tuple of values and of references to places.
    place: Expr,
}

impl Alias {
    /// What stands for the name.
    fn value(&self) -> Expr {
        let place = &self.place;
        match place {
            Expr::Tuple(_) => place.clone(),
            place => syn::parse_quote!((&#place)),
        }
    }
}

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

    /// Lowers a branch that changes what is inside of an option, as in `if let Some(h) = list.last_mut()`; `None` if it
    /// is another branch.
    pub(super) fn if_place(&mut self, branch: &ExprIf) -> Option<Operand> {
        let Expr::Let(condition) = &*branch.cond else { return None };
        let (before, is_there, aliases) = self.inside_of_option(&condition.pat, &condition.expr)?;
        let then = self.with_places(branch.then_branch.stmts.clone(), &aliases);
        let otherwise = branch.else_branch.as_ref().map(|(token, other)| quote!(#token #other));
        let code = quote!({ #(#before)* if #is_there { #(#then)* } #otherwise });
        Some(self.parsed(Some(code), branch))
    }

    /// The statements that follow a `let` of a mutable reference to a value, in which its name is replaced; `None` if it
    /// is another statement.
    pub(super) fn after_borrow(&mut self, stmt: &Stmt, rest: &[Stmt]) -> Option<Vec<Stmt>> {
        let Stmt::Local(local) = stmt else { return None };
        let init = local.init.as_ref()?;
        if let Some((_, otherwise)) = &init.diverge {
            let (before, is_there, aliases) = self.inside_of_option(&local.pat, &init.expr)?;
            let check = syn::parse_quote!(if !(#is_there) #otherwise);
            let rest = self.with_places(rest.to_vec(), &aliases);
            return Some(before.into_iter().chain([check]).chain(rest).collect());
        }
        if let Some(each) = self.each_of_tuple(&local.pat, &init.expr) {
            return Some(each.into_iter().chain(rest.to_vec()).collect());
        }
        if let Expr::MethodCall(unwrap) = &*init.expr
            && (unwrap.method == "unwrap" || unwrap.method == "expect")
            && let Some((mut before, is_there, aliases)) =
                self.first_or_last_place(&local.pat, &unwrap.receiver)
        {
            before.push(check_of_unwrap(unwrap, &is_there));
            return Some(before.into_iter().chain(self.with_places(rest.to_vec(), &aliases)).collect());
        }
        if let Some((before, aliases)) = self.split_places(&local.pat, &init.expr) {
            return Some(before.into_iter().chain(self.with_places(rest.to_vec(), &aliases)).collect());
        }
        let Pat::Ident(name) = &local.pat else {
            let place = match &*init.expr {
                Expr::Reference(reference) if reference.mutability.is_some() => &reference.expr,
                Expr::Path(path) if self.lent.contains(&path.path.get_ident()?.to_string()) => &init.expr,
                _ => return None,
            };
            if !matches!(local.pat, Pat::Struct(_) | Pat::Tuple(_)) || !self.holds_value(place) {
                return None;
            }
            let (place, mut aliases) = (self.fixed(place), Vec::new());
            self.aliases(&local.pat, place, &mut aliases);
            return Some(self.with_places(rest.to_vec(), &aliases));
        };
        let (before, place) = match &*init.expr {
            Expr::Reference(reference) if reference.mutability.is_some() => {
                if !self.holds_value(&reference.expr) {
                    return None;
                }
                (Vec::new(), self.fixed(&reference.expr))
            }
            // A name for `&mut` of a value has become this.
            Expr::Paren(inner) if is_implicit(&init.expr) => {
                let Expr::Reference(reference) = &*inner.expr else { return None };
                if !self.holds_value(&reference.expr) {
                    return None;
                }
                (Vec::new(), self.fixed(&reference.expr))
            }
            Expr::Tuple(parts) if parts.elems.iter().any(is_implicit) && parts.elems.iter().all(is_name) => {
                (Vec::new(), (*init.expr).clone())
            }
            init => self.unwrapped_place(init)?,
        };
        let alias = Alias { name: name.ident.clone(), place };
        Some(before.into_iter().chain(self.with_places(rest.to_vec(), &[alias])).collect())
    }

    /// The place of `list.last_mut().unwrap()` and its like, and statements to run before; `None` if it is another expression.
    fn unwrapped_place(&mut self, expr: &Expr) -> Option<(Vec<Stmt>, Expr)> {
        let Expr::MethodCall(call) = expr else { return None };
        if call.method != "unwrap" && call.method != "expect" {
            return None;
        }
        let (before, is_there, place) = self.optional_place(&call.receiver)?;
        let check = check_of_unwrap(call, &is_there);
        Some((before.into_iter().chain([check]).collect(), place))
    }

    /// Whether an expression is `list.last_mut().unwrap()` or its like.
    pub(super) fn is_unwrapped_place(&self, expr: &Expr) -> bool {
        let Expr::MethodCall(call) = expr else { return false };
        (call.method == "unwrap" || call.method == "expect") && self.is_borrow(&call.receiver)
    }

    /// A place with an element in place of a root such as `list.last_mut().unwrap()`.
    pub(super) fn unwrapped_root(&mut self, place: &Expr) -> Expr {
        let mut place = place.clone();
        // What is inside of `as_mut()` is a place by itself, if it is accessed.
        let is_option = |unwrap: &ExprMethodCall| matches!(&*unwrap.receiver, Expr::MethodCall(option) if option.method == "as_mut");
        let is_place = !matches!(place, Expr::MethodCall(_))
            && matches!(root(&place), Expr::MethodCall(unwrap) if is_option(unwrap));
        if is_place {
            return place;
        }
        if let Some((before, element)) = self.unwrapped_place(root(&place)) {
            before.iter().for_each(|stmt| self.stmt(stmt));
            *root_mut(&mut place) = element;
        }
        place
    }

    /// A `let` for each part of a tuple, if one of them borrows a value or is an iterator.
    fn each_of_tuple(&self, pattern: &Pat, init: &Expr) -> Option<Vec<Stmt>> {
        let (Pat::Tuple(names), Expr::Tuple(values)) = (pattern, init) else { return None };
        let is_name = |value: &Expr| is_implicit(value) && self.holds_value(place_of(value));
        let is_apart =
            |value: &Expr| self.is_borrow(value) || is_name(value) || self.is_iterator_of_values(value);
        if names.elems.len() != values.elems.len() || !values.elems.iter().any(is_apart) {
            return None;
        }
        let mut bound = Vec::new();
        let each = names.elems.iter().zip(&values.elems).map(|(name, value)| {
            let is_hidden = free::names(value).iter().any(|name| bound.contains(name));
            bound.extend(free::bound(name));
            (!is_hidden).then(|| syn::parse_quote!(let #name = #value;))
        });
        each.collect()
    }

    /// Lowers `*list.last_mut().unwrap() = value` and its like: the statements that it becomes; `None` if it is another
    /// statement.
    pub(super) fn assigned_place(&mut self, stmt: &Stmt) -> Option<Vec<Stmt>> {
        let Stmt::Expr(expr, semicolon) = stmt else { return None };
        let left = match expr {
            Expr::Assign(assign) => &assign.left,
            Expr::Binary(binary) if super::compound(&binary.op).is_some() => &binary.left,
            _ => return None,
        };
        let root = root(left);
        let Expr::MethodCall(unwrap) = root else { return None };
        // What is inside of `as_mut()` is a place by itself.
        let is_place = matches!(&*unwrap.receiver, Expr::MethodCall(option) if option.method == "as_mut");
        let is_unwrap = unwrap.method == "unwrap" || unwrap.method == "expect";
        if is_place || !is_unwrap || !self.is_borrow(&unwrap.receiver) {
            return None;
        }
        let (name, value) = (self.fresh("place"), self.fresh("value"));
        let local: Stmt = syn::parse_quote!(let #name = #root;);
        let mut changed = expr.clone();
        // The right side is evaluated first.
        let (left, right) = match &mut changed {
            Expr::Assign(assign) => (&mut assign.left, &mut assign.right),
            Expr::Binary(binary) => (&mut binary.left, &mut binary.right),
            _ => return None,
        };
        let first: Stmt = syn::parse_quote!(let #value = #right;);
        **right = syn::parse_quote!(#value);
        *root_mut(left) = syn::parse_quote!(#name);
        self.stmt(&first);
        self.after_borrow(&local, &[Stmt::Expr(changed, *semicolon)])
    }

    /// Refuses a `move` closure that captures an argument by mutable reference.
    pub(super) fn refuse_moved(&mut self, body: &Block) {
        if self.lent.is_empty() {
            return;
        }
        for name in
            moved(&in_block(body.stmts.clone())).iter().filter(|name| self.lent.contains(&name.to_string()))
        {
            self.errors.at(
                name,
                format_args!("`{name}` is changed in place, and a `move` closure would change a copy here; leave out `move`"),
            );
        }
    }

    /// Lowers a `match` of an option of a mutable reference, which has one arm for each case; `None` if it is another one.
    pub(super) fn match_place(&mut self, branch: &syn::ExprMatch) -> Option<Operand> {
        let [one, other] = &branch.arms[..] else { return None };
        let is_some =
            |arm: &syn::Arm| matches!(&arm.pat, Pat::TupleStruct(some) if super::branch::is_some(&some.path));
        let (some, none) = match (is_some(one), is_some(other)) {
            (true, false) => (one, other),
            (false, true) if !matches!(&one.pat, Pat::Wild(_)) => (other, one),
            _ => return None,
        };
        if !self.is_borrow(&branch.expr) {
            return None;
        }
        let (option, pattern, then, otherwise) = (&branch.expr, &some.pat, &some.body, &none.body);
        let code = quote!(if let #pattern = #option { #then } else { #otherwise });
        Some(self.parsed(Some(code), branch))
    }

    /// Whether an expression is an option of a mutable reference to a value.
    pub(super) fn is_borrow(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Path(path) => {
                path.path.get_ident().is_some_and(|name| self.lent.contains(&name.to_string()))
            }
            Expr::Paren(_) if is_implicit(expr) => self.holds_value(place_of(expr)),
            Expr::Paren(inner) => self.is_borrow(&inner.expr),
            Expr::Reference(reference) => reference.mutability.is_some() && self.holds_value(&reference.expr),
            Expr::MethodCall(call) => {
                is_option_of_place(call) && self.holds_value(&call.receiver)
                    || self.searched_list(call).is_some()
            }
            _ => false,
        }
    }

    /// As [`optional_place`](Self::optional_place), with the names that a pattern `Some(..)` gives to what is inside.
    fn inside_of_option(&mut self, pattern: &Pat, expr: &Expr) -> Option<(Vec<Stmt>, Expr, Vec<Alias>)> {
        let Pat::TupleStruct(some) = pattern else { return None };
        if !super::branch::is_some(&some.path) || some.elems.len() != 1 {
            return None;
        }
        if let Some(split) = self.first_or_last_place(&some.elems[0], expr) {
            return Some(split);
        }
        let (before, is_there, place) = self.optional_place(expr)?;
        let mut aliases = Vec::new();
        self.aliases(&some.elems[0], place, &mut aliases);
        Some((before, is_there, aliases))
    }

    /// What is inside of an option of a mutable reference: statements to run before, whether it is there, and its place.
    fn optional_place(&mut self, expr: &Expr) -> Option<(Vec<Stmt>, Expr, Expr)> {
        match expr {
            Expr::Path(_) if self.is_borrow(expr) => self.optional_place(&syn::parse_quote!(#expr.as_mut())),
            Expr::Paren(_) if self.is_borrow(expr) && is_implicit(expr) => {
                let option = place_of(expr);
                self.optional_place(&syn::parse_quote!(#option.as_mut()))
            }
            Expr::Paren(inner) => self.optional_place(&inner.expr),
            Expr::Reference(reference) if reference.mutability.is_some() => {
                let option = &reference.expr;
                self.optional_place(&syn::parse_quote!(#option.as_mut()))
            }
            Expr::MethodCall(call) if is_option_of_place(call) && self.holds_value(&call.receiver) => {
                let place = self.fixed(&call.receiver);
                let index = self.fresh("index");
                match (&*call.method.to_string(), call.args.first()) {
                    ("as_mut", None) => Some((
                        Vec::new(),
                        syn::parse_quote!(#place.is_some()),
                        syn::parse_quote!((*#place.as_mut().unwrap())),
                    )),
                    ("first_mut", None) => Some((
                        Vec::new(),
                        syn::parse_quote!(!#place.is_empty()),
                        syn::parse_quote!(#place[0]),
                    )),
                    ("last_mut", None) => Some((
                        vec![syn::parse_quote!(let #index = #place.len().wrapping_sub(1);)],
                        syn::parse_quote!(!#place.is_empty()),
                        syn::parse_quote!(#place[#index]),
                    )),
                    ("get_mut", Some(number)) => Some((
                        vec![syn::parse_quote!(let #index: usize = #number;)],
                        syn::parse_quote!(#index < #place.len()),
                        syn::parse_quote!(#place[#index]),
                    )),
                    _ => None,
                }
            }
            Expr::MethodCall(call) => self.found_place(call),
            _ => None,
        }
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

    /// Whether a place is one of a variable that carries a gradient, or may do so later.
    pub(super) fn holds_value(&self, place: &Expr) -> bool {
        match self.root_of(place) {
            Some(Binding::Var(_)) => true,
            Some(Binding::Mutable(declared)) => self.holders.contains(declared),
            _ => false,
        }
    }

    fn is_plain_loop(&self, for_loop: &ExprForLoop) -> bool {
        self.is_plain(&for_loop.expr) && self.is_plain(&in_block(for_loop.body.stmts.clone()))
    }

    /// A place whose indices no statement changes.
    pub(super) fn fixed(&mut self, place: &Expr) -> Expr {
        let mut place = place.clone();
        self.fix(&mut place, &|index| !matches!(index, Expr::Lit(_)));
        place
    }

    /// Gives names to those indices of a place that may move.
    pub(super) fn fix(&mut self, place: &mut Expr, may_move: &dyn Fn(&Expr) -> bool) {
        match place {
            Expr::Field(field) => self.fix(&mut field.base, may_move),
            Expr::Paren(inner) => self.fix(&mut inner.expr, may_move),
            Expr::Unary(inner) => self.fix(&mut inner.expr, may_move),
            Expr::Index(access) => {
                self.fix(&mut access.expr, may_move);
                if let Expr::Range(range) = &mut *access.index {
                    for end in
                        [&mut range.start, &mut range.end].into_iter().flatten().filter(|end| may_move(end))
                    {
                        let name = self.fresh("index");
                        self.stmt(&syn::parse_quote!(let #name: usize = #end;));
                        **end = syn::parse_quote!(#name);
                    }
                } else if may_move(&access.index) {
                    let (name, index) = (self.fresh("index"), &access.index);
                    self.stmt(&syn::parse_quote!(let #name = #index;));
                    *access.index = syn::parse_quote!(#name);
                }
            }
            _ => {}
        }
    }

    /// The names that a pattern gives to the parts of a place.
    pub(super) fn aliases(&mut self, pattern: &Pat, place: Expr, aliases: &mut Vec<Alias>) {
        match pattern {
            Pat::Wild(_) => {}
            Pat::Paren(inner) => self.aliases(&inner.pat, place, aliases),
            Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
                aliases.push(Alias { name: name.ident.clone(), place });
            }
            Pat::Tuple(tuple) if !tuple.elems.iter().any(|part| matches!(part, Pat::Rest(_))) => {
                for (position, part) in tuple.elems.iter().enumerate() {
                    let index = syn::Index::from(position);
                    self.aliases(part, syn::parse_quote!(#place.#index), aliases);
                }
            }
            Pat::Struct(whole) => {
                for field in &whole.fields {
                    let member: &Member = &field.member;
                    self.aliases(&field.pat, syn::parse_quote!(#place.#member), aliases);
                }
            }
            pattern => {
                self.errors.at(pattern, "name what is changed here: `h`, a tuple or a struct of names")
            }
        }
    }

    /// Replaces names by the places that they refer to.
    fn with_places(&mut self, stmts: Vec<Stmt>, aliases: &[Alias]) -> Vec<Stmt> {
        let mut body = in_block(stmts);
        let find = |name: &Ident| aliases.iter().find(|alias| alias.name == *name);
        for name in moved(&body).iter().filter(|name| find(name).is_some()) {
            self.errors.at(
                name,
                format_args!("`{name}` borrows a value mutably, and a `move` closure would change a copy here; leave out `move`"),
            );
        }
        let roots: Vec<Ident> = aliases.iter().flat_map(|alias| roots(&alias.place)).collect();
        let found = free::replace_unless(&mut body, &roots, &mut |name| Some(find(name)?.value()));
        for name in found.in_macros.iter().filter(|name| find(name).is_some()) {
            self.errors.at(
                name,
                format_args!("a macro cannot read `{name}`, which borrows a value mutably; bind what it shows before with `let`"),
            );
        }
        for name in found.shadowed {
            self.errors.at(
                &name,
                format_args!("what `{name}` borrows has the name of another variable here; give one of the two another name"),
            );
        }
        Behind.visit_expr_mut(&mut body);
        match body {
            Expr::Block(body) => body.block.stmts,
            _ => Vec::new(),
        }
    }
}

/// Whether an expression is a name, or one for `&mut` of a value.
fn is_name(expr: &Expr) -> bool {
    is_implicit(expr) || matches!(expr, Expr::Path(path) if path.path.get_ident().is_some())
}

/// Panics as `unwrap` or `expect` of an option does.
fn check_of_unwrap(call: &ExprMethodCall, is_there: &Expr) -> Stmt {
    let message = match call.args.first() {
        Some(message) => quote!(#message),
        None => quote!("called `Option::unwrap()` on a `None` value"),
    };
    syn::parse_quote!(if !(#is_there) { ::core::panic!("{}", #message); })
}

/// Statements as an expression.
pub(super) fn in_block(stmts: Vec<Stmt>) -> Expr {
    let block = Block { brace_token: Default::default(), stmts };
    Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block })
}

/// Whether a method returns an option of a mutable reference to a part of what it is called on.
fn is_option_of_place(call: &ExprMethodCall) -> bool {
    match (&*call.method.to_string(), call.args.first()) {
        ("as_mut" | "first_mut" | "last_mut", None) => true,
        // The key of a map is given by reference.
        ("get_mut", Some(place)) => !matches!(place, Expr::Reference(_)),
        _ => false,
    }
}

/// The names that `move` closures capture.
pub(super) fn moved(expr: &Expr) -> Vec<Ident> {
    struct Moved(Vec<Ident>);
    impl<'ast> Visit<'ast> for Moved {
        fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
            if closure.capture.is_some() {
                self.0.extend(free::names(&Expr::Closure(closure.clone())));
            }
            crate::visit::visit_expr_closure(self, closure);
        }
    }
    let mut moved = Moved(Vec::new());
    moved.visit_expr(expr);
    moved.0
}

/// What the path to a place starts with.
pub(in crate::differentiable) fn root(place: &Expr) -> &Expr {
    match place {
        Expr::Field(field) => root(&field.base),
        Expr::Paren(inner) => root(&inner.expr),
        Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)) => root(&inner.expr),
        Expr::Index(access) => root(&access.expr),
        _ => place,
    }
}

pub(super) fn root_mut(place: &mut Expr) -> &mut Expr {
    if !matches!(place, Expr::Field(_) | Expr::Paren(_) | Expr::Index(_))
        && !matches!(place, Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)))
    {
        return place;
    }
    match place {
        Expr::Field(field) => root_mut(&mut field.base),
        Expr::Paren(inner) => root_mut(&mut inner.expr),
        Expr::Unary(inner) => root_mut(&mut inner.expr),
        Expr::Index(access) => root_mut(&mut access.expr),
        place => place,
    }
}

/// The names that a place, or a tuple of such, starts with.
fn roots(place: &Expr) -> Vec<Ident> {
    match place {
        Expr::Tuple(parts) => parts.elems.iter().flat_map(roots).collect(),
        Expr::Paren(inner) => roots(&inner.expr),
        Expr::Reference(inner) => roots(&inner.expr),
        place => name_of(root(place)).into_iter().collect(),
    }
}

fn name_of(place: &Expr) -> Option<Ident> {
    match place {
        Expr::Path(path) => path.path.get_ident().cloned(),
        Expr::MethodCall(call) => name_of(root(&call.receiver)),
        _ => None,
    }
}

fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => bare(&inner.expr),
        expr => expr,
    }
}

/// Removes references whose content is accessed: `*(&h)` becomes `h`.
struct Behind;

impl Behind {
    /// An element or a part of a slice, as one of its list: `list[1..][i]` becomes `list[1 + i]`.
    fn in_list(access: &syn::ExprIndex) -> Option<Expr> {
        let Expr::Index(slice) = bare(&access.expr) else { return None };
        let Expr::Range(range) = &*slice.index else { return None };
        let (list, index) = (&slice.expr, &access.index);
        let start = range.start.as_ref().map_or_else(|| quote!(0), |start| quote!((#start)));
        let end = range.end.as_ref().map(|end| match range.limits {
            syn::RangeLimits::HalfOpen(_) => quote!((#end)),
            syn::RangeLimits::Closed(_) => quote!(((#end) + 1)),
        });
        if let Expr::Range(inner) = &**index {
            let (first, limits) = (inner.start.as_ref().map(|first| quote!(+ (#first))), &inner.limits);
            return Some(match &inner.end {
                Some(last) => syn::parse_quote!(#list[#start #first #limits #start + (#last)]),
                None => syn::parse_quote!(#list[#start #first .. #end]),
            });
        }
        let (private, end) = (private(), end.unwrap_or_else(|| quote!(#list.len())));
        Some(syn::parse_quote!(#list[#start + #private::index_within(#index, #end - #start)]))
    }

    fn inside(expr: &Expr) -> Option<&Expr> {
        match expr {
            Expr::Paren(inner) => Behind::inside(&inner.expr),
            Expr::Reference(inner) => Some(&inner.expr),
            _ => None,
        }
    }
}

impl VisitMut for Behind {
    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        free::in_macro(mac, &mut |expr| self.visit_expr_mut(expr));
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        match expr {
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => {
                if let Some(inside) = Behind::inside(&unary.expr) {
                    *expr = syn::parse_quote!((#inside));
                }
            }
            Expr::Field(syn::ExprField { base: of, .. })
            | Expr::MethodCall(ExprMethodCall { receiver: of, .. })
            | Expr::Index(syn::ExprIndex { expr: of, .. }) => {
                if let Some(inside) = Behind::inside(of) {
                    **of = inside.clone();
                }
            }
            _ => {}
        }
        if let Expr::Field(syn::ExprField { base, member: Member::Unnamed(index), .. }) = expr
            && let Expr::Tuple(parts) = bare(base)
            && let Some(part) = parts.elems.get(index.index as usize)
        {
            *expr = part.clone();
            return;
        }
        if let Expr::Index(access) = expr
            && let Some(element) = Behind::in_list(access)
        {
            *expr = element;
        }
    }
}
