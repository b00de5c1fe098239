//! Names for `&mut` of a value or of its parts, as in `for h in &mut states`: each use becomes one of the place itself.

use crate::visit::Visit;
use crate::visit_mut::{self, VisitMut};
use proc_macro2::Ident;
use quote::quote;
use syn::{Block, Expr, ExprMethodCall, Member, Pat, Stmt, UnOp};

use super::Lower;
use super::free;
use super::lent::{is_implicit, place_of};
use super::optional_places::{check_of_unwrap, is_option_of_place};
use crate::differentiable::scope::Binding;
use crate::private::private;

/// A name, and the place that it refers to.
pub(super) struct Alias {
    pub(super) name: Ident,
    /// The place, or a tuple of values and of references to places.
    pub(super) place: Expr,
}

impl Alias {
    /// What stands for the name.
    pub(super) fn value(&self) -> Expr {
        let place = &self.place;
        match place {
            Expr::Tuple(_) => place.clone(),
            place => syn::parse_quote!((&#place)),
        }
    }
}

impl Lower<'_> {
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
        // Of an array, the pattern fits.
        if let Some((before, _, aliases)) = self.inside_of_slice(&local.pat, &init.expr) {
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
            init => match self.filled_option(init, &name.ident, rest) {
                Some((before, option)) => {
                    let (unwrapped, place) = self.unwrapped_place(&option)?;
                    (before.into_iter().chain(unwrapped).collect(), place)
                }
                None => self.unwrapped_place(init)?,
            },
        };
        let alias = Alias { name: name.ident.clone(), place };
        Some(before.into_iter().chain(self.with_places(rest.to_vec(), &[alias])).collect())
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

    /// Whether a place is one of a variable that carries a gradient, or may do so later.
    pub(super) fn holds_value(&self, place: &Expr) -> bool {
        match self.root_of(place) {
            Some(Binding::Var(_)) => true,
            Some(Binding::Mutable(declared)) => self.holders.contains(declared),
            _ => false,
        }
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
            Pat::Slice(list) if is_prefix(list) => {
                let names = list.elems.iter().filter(|part| !matches!(part, Pat::Rest(_)));
                for (position, part) in names.enumerate() {
                    self.aliases(part, syn::parse_quote!(#place[#position]), aliases);
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
    pub(super) fn with_places(&mut self, stmts: Vec<Stmt>, aliases: &[Alias]) -> Vec<Stmt> {
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

/// Statements as an expression.
pub(super) fn in_block(stmts: Vec<Stmt>) -> Expr {
    let block = Block { brace_token: Default::default(), stmts };
    Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block })
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

/// Whether the parts of a list that a pattern names are its first ones.
fn is_prefix(list: &syn::PatSlice) -> bool {
    list.elems.iter().rev().skip(1).all(|part| !matches!(part, Pat::Rest(_)))
}
