//! The uses of a list of parts, or of a name of a part that changes.

use proc_macro2::Ident;
use quote::quote;
use syn::{Block, Expr, ExprForLoop, ExprMatch, ExprMethodCall, Local, Macro, Pat, Stmt};

use super::is_name;
use super::places::{Sites, end_of};
use crate::differentiable::lower::expression::itself;
use crate::differentiable::lower::{Lower, free, order};
use crate::visit::{self, Visit};
use crate::visit_mut::{self, VisitMut};

/// What a name stands for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    List,
    Part,
}

impl Kind {
    /// What a name may stand for that starts like this.
    pub(super) fn of(init: &Expr, is_mutable: bool) -> Option<Kind> {
        match init {
            Expr::Paren(inner) => Kind::of(&inner.expr, is_mutable),
            Expr::Match(_) if is_mutable => Some(Kind::Part),
            Expr::If(branch) => match Kind::of(end_of(&branch.then_branch)?, true) {
                Some(Kind::List) => Some(Kind::List),
                _ => None,
            },
            Expr::MethodCall(call) if call.method == "collect" => Some(Kind::List),
            Expr::Reference(reference) if is_mutable && reference.mutability.is_none() => Some(Kind::Part),
            Expr::Macro(list) if is_mutable && list.mac.path.is_ident("vec") => Some(Kind::List),
            Expr::Call(call) if is_mutable => match &*call.func {
                Expr::Path(function) => {
                    let mut names =
                        function.path.segments.iter().rev().map(|segment| segment.ident.to_string());
                    let is_new = matches!(names.next().as_deref(), Some("new" | "with_capacity"));
                    (is_new && names.next().as_deref() == Some("Vec")).then_some(Kind::List)
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// Replaces the uses of such a name.
pub(super) struct Uses<'u, 'l, 'a> {
    pub(super) lower: &'u mut Lower<'l>,
    pub(super) kind: Kind,
    /// What stands for the name.
    pub(super) marker: &'a Ident,
    pub(super) places: &'a Ident,
    pub(super) sites: &'a mut Sites,
    /// Where it is used otherwise.
    pub(super) left: Vec<Ident>,
}

impl Uses<'_, '_, '_> {
    fn is_it(&self, expr: &Expr) -> bool {
        is_name(expr, self.marker)
    }

    /// The option of a place that `list.pop()` and its like stand for.
    fn found(&mut self, option: &Expr) -> Option<Expr> {
        let Expr::MethodCall(call) = option else { return None };
        if self.kind != Kind::List {
            return None;
        }
        if !self.is_it(&call.receiver) {
            return self.found_in_chain(call);
        }
        let (places, method) = (self.places, &call.method);
        let mut arguments = call.args.clone();
        arguments.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
        match (&*method.to_string(), arguments.len()) {
            ("pop", 0) => Some(syn::parse_quote!(#places.pop())),
            ("first" | "last", 0) | ("get", 1) => {
                Some(syn::parse_quote!(#places.#method(#arguments).copied()))
            }
            _ => None,
        }
    }

    /// The option of a place that `list.iter().find(|part| ..)` and its like stand for.
    fn found_in_chain(&mut self, call: &ExprMethodCall) -> Option<Expr> {
        let (mut iterator, mut arguments) = (call.receiver.clone(), call.args.clone());
        let (mut pattern, mut named): (Pat, _) = (syn::parse_quote!(_), Vec::new());
        match (&*call.method.to_string(), arguments.len(), arguments.first_mut()) {
            ("last" | "next", 0, _) | ("nth", 1, _) => {
                self.in_head(&mut iterator, &mut pattern, &mut named).then_some(())?;
                arguments.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
            }
            ("find" | "max_by_key" | "min_by_key", 1, Some(Expr::Closure(closure)))
                if closure.inputs.len() == 1 =>
            {
                pattern = without_reference(&closure.inputs[0]);
                self.in_head(&mut iterator, &mut pattern, &mut named).then_some(())?;
                find_by_places(&mut closure.body, &named);
                closure.inputs[0] = syn::parse_quote!(&#pattern);
                self.visit_expr_mut(&mut closure.body);
            }
            _ => return None,
        }
        let method = &call.method;
        Some(syn::parse_quote!(#iterator.#method(#arguments).copied()))
    }

    /// Lets a list that another one is copied or collected from yield its parts.
    fn copied(&mut self, init: &mut Expr) {
        let Expr::MethodCall(call) = init else { return };
        match (&*call.method.to_string(), call.args.len()) {
            ("clone" | "to_vec", 0) => {
                let Some(places) = self.whole(&call.receiver) else { return };
                let parts = self.parts(&places);
                *init = syn::parse_quote!(#parts.collect::<::std::vec::Vec<_>>());
            }
            ("collect", 0) => self.yielding(&mut call.receiver),
            _ => {}
        }
    }

    fn yielding(&mut self, iterator: &mut Expr) {
        let Expr::MethodCall(call) = iterator else { return };
        let is_source = matches!(&*call.method.to_string(), "iter" | "into_iter") && call.args.is_empty();
        match self.whole(&call.receiver).filter(|_| is_source) {
            Some(places) => *iterator = self.parts(&places),
            None => {
                let is_of_parts = matches!(
                    &*call.method.to_string(),
                    "copied" | "cloned" | "rev" | "skip" | "take" | "step_by"
                );
                if is_of_parts {
                    self.yielding(&mut call.receiver);
                }
            }
        }
    }

    /// The iterator over the parts at places.
    fn parts(&mut self, places: &Expr) -> Expr {
        let place = self.lower.fresh("place");
        let part = self.sites.at(&quote!(#place));
        syn::parse_quote!(#places.iter().map(|&#place| #part))
    }

    /// The places of the list, or of the part of it that `list[1..]` is.
    fn whole(&mut self, expr: &Expr) -> Option<Expr> {
        let places = self.places;
        match expr {
            Expr::Paren(inner) => self.whole(&inner.expr),
            Expr::Reference(inner) if inner.mutability.is_none() => self.whole(&inner.expr),
            Expr::Index(access) if self.is_it(&access.expr) && matches!(*access.index, Expr::Range(_)) => {
                let mut range = access.index.clone();
                self.visit_expr_mut(&mut range);
                Some(syn::parse_quote!(#places[#range]))
            }
            Expr::MethodCall(call) if call.method == "as_slice" && self.is_it(&call.receiver) => {
                Some(syn::parse_quote!(#places))
            }
            expr => self.is_it(expr).then(|| syn::parse_quote!(#places)),
        }
    }

    /// The place that `list[i]`, `list.pop().unwrap()` and their like stand for.
    fn place(&mut self, expr: &Expr) -> Option<Expr> {
        let places = self.places;
        match expr {
            Expr::Paren(inner) => self.place(&inner.expr),
            Expr::Reference(inner) => self.place(&inner.expr),
            Expr::Index(access) if self.kind == Kind::List && self.is_it(&access.expr) => {
                let mut index = (*access.index).clone();
                self.visit_expr_mut(&mut index);
                (!matches!(index, Expr::Range(_))).then(|| syn::parse_quote!(#places[#index]))
            }
            Expr::MethodCall(call) if call.method == "unwrap" || call.method == "expect" => {
                let found = self.found(&call.receiver)?;
                let (method, arguments) = (&call.method, &call.args);
                Some(syn::parse_quote!(#found.#method(#arguments)))
            }
            Expr::MethodCall(call)
                if self.kind == Kind::List
                    && self.is_it(&call.receiver)
                    && matches!(&*call.method.to_string(), "remove" | "swap_remove") =>
            {
                let (method, mut arguments) = (&call.method, call.args.clone());
                arguments.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
                Some(syn::parse_quote!(#places.#method(#arguments)))
            }
            _ => None,
        }
    }

    /// A name for a place, and the statement that gives a part a name.
    fn named(&mut self, pattern: &Pat) -> (Ident, Stmt) {
        let place = self.lower.fresh("place");
        let part = self.sites.at(&quote!(#place));
        (place, syn::parse_quote!(let #pattern = #part;))
    }

    /// Replaces `let Some(part) = list.pop()` by one of a place; returns the statement that gives the part its name.
    fn in_condition(&mut self, condition: &mut Expr) -> Option<Stmt> {
        let Expr::Let(binding) = condition else { return None };
        let Pat::TupleStruct(some) = &mut *binding.pat else { return None };
        let is_some = some.path.is_ident("Some") && some.elems.len() == 1;
        let found = self.found(&binding.expr).filter(|_| is_some)?;
        let (place, named) = self.named(&some.elems[0]);
        some.elems[0] = syn::parse_quote!(#place);
        *binding.expr = found;
        Some(named)
    }

    /// The same for `let Some(part) = list.pop() else { .. };`.
    fn in_let_else(&mut self, stmt: &mut Stmt) -> Option<Stmt> {
        let Stmt::Local(local) = stmt else { return None };
        let init = local.init.as_mut().filter(|init| init.diverge.is_some())?;
        let Pat::TupleStruct(some) = &mut local.pat else { return None };
        let is_some = some.path.is_ident("Some") && some.elems.len() == 1;
        let found = self.found(&init.expr).filter(|_| is_some)?;
        let (place, named) = self.named(&some.elems[0]);
        some.elems[0] = syn::parse_quote!(#place);
        *init.expr = found;
        Some(named)
    }

    /// The same for `match list.pop() { Some(part) => .., None => .. }`.
    fn in_match(&mut self, matched: &mut ExprMatch) {
        let are_known = matched.arms.iter().all(|arm| match &arm.pat {
            Pat::TupleStruct(some) => some.path.is_ident("Some") && some.elems.len() == 1,
            Pat::Ident(none) => none.ident == "None",
            Pat::Path(_) | Pat::Wild(_) => true,
            _ => false,
        });
        let Some(found) = self.found(&matched.expr).filter(|_| are_known) else { return };
        *matched.expr = found;
        for arm in &mut matched.arms {
            if let Pat::TupleStruct(some) = &mut arm.pat {
                let (place, named) = self.named(&some.elems[0]);
                some.elems[0] = syn::parse_quote!(#place);
                let body = &arm.body;
                *arm.body = syn::parse_quote!({ #named #body });
            }
        }
    }

    /// Replaces an iterator over the list in the head of a loop, and what its pattern takes; adds the statements that give the parts names.
    fn in_head(&mut self, iterator: &mut Expr, pattern: &mut Pat, named: &mut Vec<Stmt>) -> bool {
        if let Some(places) = self.whole(iterator) {
            // What is behind the reference is a reference.
            let (place, part) = self.named(&without_reference(pattern));
            named.push(part);
            (*iterator, *pattern) = (syn::parse_quote!(#places.iter()), syn::parse_quote!(&#place));
            return true;
        }
        let Expr::MethodCall(call) = iterator else { return false };
        let method = call.method.to_string();
        if let Some(places) = self.whole(&call.receiver) {
            let taken = match (&*method, call.args.first()) {
                ("iter" | "into_iter", None) => quote!(#places.iter()),
                ("drain", Some(range)) => {
                    let mut range = range.clone();
                    self.visit_expr_mut(&mut range);
                    quote!(#places.drain(#range).collect::<::std::vec::Vec<_>>().iter())
                }
                _ => return false,
            };
            let (place, part) = self.named(&without_reference(pattern));
            named.push(part);
            (*iterator, *pattern) = (syn::parse_quote!(#taken), syn::parse_quote!(&#place));
            return true;
        }
        match (&*method, call.args.len()) {
            ("rev" | "copied" | "cloned", 0) | ("skip" | "take" | "step_by", 1) => {
                let is_found = self.in_head(&mut call.receiver, pattern, named);
                if is_found && matches!(&*method, "copied" | "cloned") {
                    *iterator = (*call.receiver).clone();
                }
                is_found
            }
            ("enumerate", 0) => match pattern {
                Pat::Tuple(pair) if pair.elems.len() == 2 => {
                    self.in_head(&mut call.receiver, &mut pair.elems[1], named)
                }
                _ => false,
            },
            ("zip", 1) => match pattern {
                Pat::Tuple(pair) if pair.elems.len() == 2 => {
                    let first = self.in_head(&mut call.receiver, &mut pair.elems[0], named);
                    let second = self.in_head(&mut call.args[0], &mut pair.elems[1], named);
                    first || second
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn for_loop(&mut self, inner: &mut ExprForLoop) {
        let mut named = Vec::new();
        if self.in_head(&mut inner.expr, &mut inner.pat, &mut named) {
            inner.body.stmts.splice(..0, named);
        }
    }

    /// Lets the closure of a stage of a chain take places, as that of `list.iter().map(|part| ..)`.
    fn stage(&mut self, call: &mut ExprMethodCall) -> bool {
        const STAGES: [&str; 8] =
            ["all", "any", "filter_map", "find_map", "flat_map", "for_each", "map", "position"];
        let (argument, input) = match (&*call.method.to_string(), call.args.len()) {
            ("fold", 2) => (1, 1),
            (method, 1) if STAGES.contains(&method) => (0, 0),
            _ => return false,
        };
        let Expr::Closure(closure) = &mut call.args[argument] else { return false };
        let Some(pattern) = closure.inputs.get_mut(input) else { return false };
        let mut named = Vec::new();
        if !self.in_head(&mut call.receiver, pattern, &mut named) {
            return false;
        }
        let body = &closure.body;
        *closure.body = syn::parse_quote!({ #(#named)* #body });
        true
    }

    /// What a call of a method of the list becomes.
    fn method(&mut self, call: &ExprMethodCall) -> Option<Expr> {
        let (places, method) = (self.places, &call.method);
        let mut arguments = call.args.clone();
        match (&*method.to_string(), arguments.len()) {
            ("push", 1) => arguments[0] = self.added(&arguments[0])?,
            ("insert", 2) => {
                self.visit_expr_mut(&mut arguments[0]);
                arguments[1] = self.added(&arguments[1])?;
            }
            ("extend", 1) => {
                let added = self.lower.places_of(&arguments[0], self.sites)?;
                arguments[0] = syn::parse_quote!(#added);
            }
            ("retain" | "sort_by_key" | "sort_unstable_by_key" | "sort_by_cached_key", 1) => {
                let Expr::Closure(closure) = &mut arguments[0] else { return None };
                let pattern = closure.inputs.first_mut().map(|pattern| without_reference(pattern))?;
                let (place, named) = self.named(&pattern);
                find_by_places(&mut closure.body, &[named]);
                closure.inputs[0] = syn::parse_quote!(&#place);
                self.visit_expr_mut(&mut closure.body);
            }
            ("len" | "is_empty" | "clear" | "reverse", 0)
            | ("truncate" | "rotate_left" | "rotate_right", 1)
            | ("swap", 2) => arguments.iter_mut().for_each(|argument| self.visit_expr_mut(argument)),
            _ => return None,
        }
        Some(syn::parse_quote!(#places.#method(#arguments)))
    }

    fn added(&mut self, part: &Expr) -> Option<Expr> {
        let place = self.lower.place_of_part(part, self.sites)?;
        let mut place: Expr = syn::parse_quote!(#place);
        self.visit_expr_mut(&mut place);
        Some(place)
    }
}

impl VisitMut for Uses<'_, '_, '_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let stmts = std::mem::take(&mut block.stmts);
        for mut stmt in stmts {
            // A place that is taken out is found once.
            if let Stmt::Local(local) = &mut stmt
                && let Some(init) = &mut local.init
                && init.diverge.is_none()
                && let Some(found) = self.place(&init.expr)
            {
                let place = self.lower.fresh("place");
                block.stmts.push(syn::parse_quote!(let #place = #found;));
                *init.expr = self.sites.at(&quote!(#place));
                block.stmts.push(stmt);
                continue;
            }
            if self.kind == Kind::List
                && let Stmt::Local(local) = &mut stmt
                && let Some(init) = &mut local.init
            {
                self.copied(&mut init.expr);
            }
            if let Some(named) = self.in_let_else(&mut stmt) {
                self.visit_stmt_mut(&mut stmt);
                block.stmts.extend([stmt, named]);
                continue;
            }
            if self.kind == Kind::Part {
                self.left.extend(kept_in_closure(&stmt, self.marker));
            }
            self.visit_stmt_mut(&mut stmt);
            block.stmts.push(stmt);
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let places = self.places;
        match expr {
            Expr::ForLoop(inner) => self.for_loop(inner),
            Expr::While(inner) => {
                let named = self.in_condition(&mut inner.cond);
                inner.body.stmts.splice(..0, named);
            }
            Expr::If(inner) => {
                let named = self.in_condition(&mut inner.cond);
                inner.then_branch.stmts.splice(..0, named);
            }
            Expr::Match(inner) => self.in_match(inner),
            Expr::Assign(assign) if self.kind == Kind::Part && self.is_it(&assign.left) => {
                if let Some(place) = self.added(&assign.right) {
                    *expr = syn::parse_quote!(#places = #place);
                    return;
                }
            }
            Expr::Path(path) if path.path.is_ident(self.marker) => {
                match self.kind {
                    Kind::Part => *expr = self.sites.at(&quote!(#places)),
                    Kind::List => self.left.push(path.path.segments[0].ident.clone()),
                }
                return;
            }
            Expr::Index(_) | Expr::MethodCall(_) if let Some(place) = self.place(expr) => {
                let used = free::names(expr).into_iter().find(|name| name == self.marker);
                if !self.sites.take_place_once() && order::has_effects(&place) {
                    self.left.extend(used);
                }
                *expr = self.sites.at(&quote!(#place));
                return;
            }
            Expr::MethodCall(call)
                if self.kind == Kind::List
                    && self.is_it(&call.receiver)
                    && let Some(other) = self.method(call) =>
            {
                *expr = other;
                return;
            }
            Expr::MethodCall(call) => {
                self.stage(call);
            }
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        free::in_macro(mac, &mut |expr| self.visit_expr_mut(expr));
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Lets the body of a closure find parts where it uses their names.
fn find_by_places(body: &mut Expr, named: &[Stmt]) {
    for stmt in named {
        let Stmt::Local(Local { pat: Pat::Ident(name), init: Some(init), .. }) = stmt else {
            *body = syn::parse_quote!({ #stmt #body });
            continue;
        };
        let left = free::replace(body, &mut |used| (*used == name.ident).then(|| itself(&init.expr).clone()));
        if left.contains(&name.ident) {
            *body = syn::parse_quote!({ #stmt #body });
        }
    }
}

/// The pattern of what is behind a reference.
fn without_reference(pattern: &Pat) -> Pat {
    match pattern {
        Pat::Reference(inner) => (*inner.pat).clone(),
        pattern => pattern.clone(),
    }
}

/// The use in a closure that has a name, which keeps the part that the marker stands for then.
fn kept_in_closure(stmt: &Stmt, marker: &Ident) -> Option<Ident> {
    struct Closures<'m>(&'m Ident, Option<Ident>);
    impl<'ast> Visit<'ast> for Closures<'_> {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Closure(closure) => {
                    self.1 = free::names(&closure.body).into_iter().find(|name| name == self.0)
                }
                // A chain, or a call of a function, uses its closures at once.
                Expr::MethodCall(_) => {}
                Expr::Call(call) if is_function(&call.func) => {}
                _ => visit::visit_expr(self, expr),
            }
        }
    }
    let Stmt::Local(Local { init: Some(init), .. }) = stmt else { return None };
    let mut closures = Closures(marker, None);
    closures.visit_expr(&init.expr);
    closures.1
}

/// Whether it is the name of a function, and not `Some`, `Box::new` or the like, which keep what they take.
fn is_function(callee: &Expr) -> bool {
    let Expr::Path(path) = callee else { return false };
    let last = path.path.segments.last().map(|segment| segment.ident.to_string());
    last.is_some_and(|name| name != "new" && name.starts_with(char::is_lowercase))
}
