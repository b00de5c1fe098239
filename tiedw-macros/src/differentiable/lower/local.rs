//! Lowering of `let`.

use std::rc::Rc;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Expr, Pat, Type};

use super::arrays::is_array_type;
use super::branch::references;
use super::chain::possible_error;
use super::closure_in_block::ends_in_closure;
use super::expression::{itself, variable};
use super::lent::{may_hold_value, starts};
use super::module_path::{is_module_alias, is_part};
use super::operator::is_literal;
use super::statement::place;
use super::{Lower, free};
use crate::differentiable::hidden::{hidden, hidden_pattern};
use crate::differentiable::mentions;
use crate::differentiable::model::{Operand, Out, Step, Target};
use crate::differentiable::scope::{Binding, ModulePath};

/// The maximum number of references behind which weights are detected in a part of the module.
const REFERENCES: usize = 3;

/// A `let` with a start.
#[derive(Clone, Copy)]
struct Let<'l> {
    pattern: &'l Pat,
    ty: Option<&'l Type>,
    init: &'l Expr,
}

impl Lower<'_> {
    /// Adds the type of a `let` to its pattern, as one that is computed from the check of the body.
    fn annotate(&self, whole: Let<'_>, pattern: TokenStream) -> TokenStream {
        match whole.ty {
            Some(ty) => {
                let ty = self.gated_type(ty);
                quote!(#pattern: #ty)
            }
            None => pattern,
        }
    }

    pub(super) fn local(&mut self, local: &syn::Local) {
        let (pattern, ty) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
            pattern => (pattern, None),
        };
        let Some(init) = &local.init else { return self.declared(pattern) };
        if let Some((_, otherwise)) = &init.diverge {
            if let Some(stmts) = self.let_one_by_one(local) {
                return stmts.iter().for_each(|stmt| self.stmt(stmt));
            }
            return self.let_else(local, otherwise);
        }
        if let Some(local) = self.let_alternatives(local) {
            return self.local(&local);
        }
        let kept = self.with_kept_temporaries(&init.expr);
        let start = kept.as_ref().unwrap_or(&init.expr);
        let whole = Let { pattern, ty, init: start };
        if let (Pat::Tuple(pattern), Expr::Tuple(values)) = (pattern, start)
            && !pattern.elems.iter().any(|part| matches!(part, Pat::Rest(_)))
            && pattern.elems.len() != values.elems.len()
        {
            self.is_refused = true;
            return;
        }
        if self.let_part(whole) || self.let_item(whole) || self.let_function(whole) {
            return;
        }
        let value = match (start, ty) {
            // What is collected or added up is known by its type.
            (Expr::MethodCall(call), Some(ty))
                if ["collect", "sum", "product"].iter().any(|name| call.method == name)
                    && call.turbofish.is_none()
                    && possible_error(ty).is_some() =>
            {
                let (receiver, method) = (&call.receiver, &call.method);
                self.expr(&syn::parse_quote!(#receiver.#method::<#ty>()))
            }
            (init, _) => self.expr(init),
        };
        let is_array = ty.is_some_and(is_array_type) || self.is_array(start);
        if value.is_plain() && !self.is_promoted(pattern) {
            self.let_plain(whole, value);
        } else if value.is_plain() && self.refuse_map(ty, start) {
            return;
        } else {
            self.let_value(whole, value);
        }
        if is_array {
            self.mark_array(pattern);
        }
    }

    /// Refuses a variable that is declared without a value.
    fn declared(&mut self, pattern: &Pat) {
        for name in free::bound(pattern) {
            let var = self.var(name.clone(), true);
            self.scope.bind(&name, Binding::Var(var));
        }
        self.errors.at(pattern, "a differentiable body gives each variable a value where it is declared");
    }

    /// Gives parts of the module names; returns whether the start is one.
    fn let_part(&mut self, Let { pattern, init, .. }: Let<'_>) -> bool {
        if let Expr::Tuple(tuple) = init
            && tuple.elems.iter().any(|part| self.is_named_part(part) || self.parts_of(part).is_some())
        {
            return self.let_parts_and_values(pattern, tuple);
        }
        if let (Pat::Tuple(tuple), Expr::Reference(_)) = (pattern, init)
            && mentions::is_module(&self.scope, init)
        {
            let whole = itself(init);
            for (position, part) in tuple.elems.iter().enumerate() {
                let index = syn::Index::from(position);
                self.stmt(&syn::parse_quote!(let #part = &#whole.#index;));
            }
            return true;
        }
        if let Pat::Slice(_) | Pat::Tuple(_) = pattern
            && is_part(self, init)
            && let Some(module) = self.module_path(init)
            && self.let_parts(pattern, init, &module).is_some()
        {
            return true;
        }
        let is_copy = |name: &syn::PatIdent| name.mutability.is_some() && matches!(init, Expr::Index(_));
        if let Pat::Ident(name) = pattern
            && !is_copy(name)
            && let Some(module) = self.part_or_element(init)
            && is_module_alias(init)
        {
            let (inside, view, references) = (hidden(&name.ident), &module.view, references(init));
            let depth = references.len() + module.references;
            if depth > REFERENCES {
                self.errors.at(
                    init,
                    format_args!("a part of the module has a name behind at most {REFERENCES} references"),
                );
            }
            self.plain(quote!(let #inside = #(#references)* #view;));
            // A name of its own for the field, since the names before may be hidden by it.
            let is_field = module.field.as_ref().is_some_and(|field| {
                field.to_token_stream().to_string() == module.view.to_token_stream().to_string()
            });
            let field = is_field.then(|| inside.clone().into());
            // A name of its own, for the same reason.
            let element_of = module.element_of.as_ref().map(|list| {
                self.indices += 1;
                let name = format_ident!("list{}", self.indices, span = Span::mixed_site());
                self.plain(quote!(let #name = &#list;));
                name.into()
            });
            let module = ModulePath { view: inside.into(), references: depth, field, element_of, ..module };
            let is_array = self.is_array(init);
            self.scope.bind(&name.ident, Binding::Module(module));
            if is_array {
                self.mark_array(pattern);
            }
            return true;
        }
        false
    }

    /// Whether an item of a tuple is a part of the module that gets a name: no element of a parameter, which is a number.
    fn is_named_part(&self, item: &Expr) -> bool {
        is_part(self, item) && is_module_alias(item) && !self.is_element_of_parameter(item)
    }

    /// Gives names to parts of the module and to values beside them; returns whether it did.
    fn let_parts_and_values(&mut self, pattern: &Pat, tuple: &syn::ExprTuple) -> bool {
        match pattern {
            Pat::Tuple(names) if names.elems.len() == tuple.elems.len() => {
                let mut later = Vec::new();
                for (name, part) in names.elems.iter().zip(&tuple.elems) {
                    if self.is_named_part(part) {
                        later.push((name, part.clone()));
                    } else {
                        let value = self.fresh("part");
                        self.stmt(&syn::parse_quote!(let #value = #part;));
                        later.push((name, syn::parse_quote!(#value)));
                    }
                }
                for (name, part) in later {
                    self.stmt(&syn::parse_quote!(let #name = #part;));
                }
                true
            }
            Pat::Ident(name) => {
                let parts = tuple.elems.iter().map(|part| {
                    let name = self.fresh("part");
                    self.stmt(&syn::parse_quote!(let #name = #part;));
                    name
                });
                let parts = parts.collect();
                self.scope.bind(&name.ident, Binding::Tuple(parts));
                true
            }
            _ => false,
        }
    }

    /// Gives an item of an iterator over tuples a name, or its parts; returns whether the start is one.
    fn let_item(&mut self, Let { pattern, init, .. }: Let<'_>) -> bool {
        match (pattern, self.parts_of(init)) {
            (Pat::Ident(name), Some(parts)) => self.scope.bind(&name.ident, Binding::Tuple(parts)),
            (Pat::Tuple(tuple), Some(parts)) if tuple.elems.len() == parts.len() => {
                let is_reference = matches!(init, Expr::Reference(_));
                for (pattern, part) in tuple.elems.iter().zip(parts) {
                    let value: Expr =
                        if is_reference { syn::parse_quote!(&#part) } else { syn::parse_quote!(#part) };
                    self.stmt(&syn::parse_quote!(let #pattern = #value;));
                }
            }
            _ => return false,
        }
        true
    }

    /// Gives a closure or a function a name; returns whether the start is one.
    fn let_function(&mut self, whole: Let<'_>) -> bool {
        let Let { pattern: pattern @ Pat::Ident(name), init, .. } = whole else { return false };
        match init {
            Expr::Path(other)
                if let Some(binding @ Binding::Closure(_)) =
                    other.path.get_ident().and_then(|other| self.scope.get(&other.to_string())) =>
            {
                let binding = binding.clone();
                self.refuse_copy(init);
                self.scope.bind(&name.ident, binding);
            }
            Expr::Block(block)
                if (self.flows_through(init) || self.is_promoted(pattern))
                    && let Some(closure) = self.closure_in_block(block) =>
            {
                return self.let_function(Let { init: &Expr::Closure(closure), ..whole });
            }
            Expr::Closure(closure) if self.is_carrying(closure) || self.is_promoted(pattern) => {
                self.bind_closure(&name.ident, closure);
            }
            Expr::Path(_) | Expr::Reference(_)
                if let Expr::Path(function) = itself(init)
                    && self.is_passed_on(function) =>
            {
                let (written, inside, value) = (&name.ident, hidden(&name.ident), variable(function));
                self.plain(quote!(let #inside = #value;));
                if self.has_plain(function) {
                    self.plain(quote!(let #written = #init; let _ = &#written;));
                }
                self.scope.bind(written, Binding::Passed);
            }
            Expr::Path(function) if self.is_function(function) => {
                let binding = match self.is_promoted(pattern) {
                    true => Binding::Function(Rc::new(function.clone())),
                    false => {
                        let pattern = self.annotate(whole, pattern.to_token_stream());
                        self.plain(quote!(let #pattern = #function;));
                        Binding::PlainClosure(place(&name.ident))
                    }
                };
                self.scope.bind(&name.ident, binding);
            }
            _ => return false,
        }
        true
    }

    /// Binds names to data without a gradient.
    fn let_plain(&mut self, whole: Let<'_>, value: Operand) {
        let Let { pattern, ty, init } = whole;
        let (expr, annotated) = (&value.expr, self.annotate(whole, pattern.to_token_stream()));
        self.plain(quote!(let #annotated = #expr;));
        let names = self.bind_plain(pattern);
        for name in mutable(pattern) {
            self.scope.bind(name, Binding::Mutable(place(name)));
        }
        for (name, start) in starts(pattern, init) {
            if may_hold_value(ty, start) {
                self.holders.insert(place(name));
            }
            if ty.is_none() && self.is_number(start) {
                self.numbers.extend(self.scope.number(&name.to_string()));
            }
        }
        if ty.is_none() {
            self.mark_untyped(&names);
        }
        if let (Pat::Ident(name), Some(place)) = (pattern, self.plain_closure(pattern, init)) {
            self.scope.bind(&name.ident, Binding::PlainClosure(place));
        }
    }

    /// The source position of a closure without a gradient that a name is bound to.
    fn plain_closure(&self, pattern: &Pat, init: &Expr) -> Option<String> {
        match (pattern, init) {
            (Pat::Ident(name), Expr::Closure(_)) => Some(place(&name.ident)),
            (Pat::Ident(name), Expr::Block(block)) if ends_in_closure(block) => Some(place(&name.ident)),
            (_, Expr::Path(path)) => match self.scope.get(&path.path.get_ident()?.to_string())? {
                Binding::PlainClosure(place) => Some(place.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Binds names to values that may carry a gradient.
    fn let_value(&mut self, whole: Let<'_>, value: Operand) {
        let Let { pattern, ty, init } = whole;
        if takes_apart(pattern) {
            let value = self.placed(value);
            let (pattern, names) = self.value_pattern(pattern, &value.target);
            let (pattern, expr) = (self.annotate(whole, pattern.to_token_stream()), value.expr);
            self.plain(quote!(let #pattern = #expr;));
            let before = std::mem::take(&mut self.bound);
            self.steps.extend(before.into_iter().chain(names));
            return;
        }
        let certain = self.is_certain(&value.target);
        if value.is_plain()
            && let Pat::Tuple(_) | Pat::Paren(_) = pattern
        {
            return self.promoted_tuple(whole, value);
        }
        let Some(out) = self.out(pattern, certain, init) else { return };
        if self.is_chosen(&value.target) {
            self.chosen.extend(out.vars());
        }
        let annotated = match (pattern, ty) {
            (Pat::Ident(name), None) if name.attrs.is_empty() && name.mutability.is_none() => {
                hidden(&name.ident).into()
            }
            _ => self.annotate(whole, hidden_pattern(pattern, &|_| true).to_token_stream()).into(),
        };
        // The result of a call is bound by the call itself.
        if ty.is_none()
            && let Some(Step::Call(call)) = self.steps.last_mut()
            && call.pattern.is_none()
            && matches!(value.target, Target::Var(var) if var == call.var)
            && value.expr.is(&call.var.value())
        {
            call.pattern = Some(annotated);
            if let Out::Var(var) = out
                && self.owned.contains(&call.var)
            {
                self.owned.insert(var);
            }
            call.out = out;
            return;
        }
        self.steps.push(Step::Bind { pattern: annotated, out, value });
    }

    pub(super) fn is_promoted(&self, pattern: &Pat) -> bool {
        match pattern {
            Pat::Ident(name) => self.promoted.contains(&place(&name.ident)),
            Pat::Paren(inner) => self.is_promoted(&inner.pat),
            Pat::Tuple(tuple) => tuple.elems.iter().any(|part| self.is_promoted(part)),
            _ => false,
        }
    }

    /// Binds the names of a tuple pattern, some of which are assigned a gradient later.
    fn promoted_tuple(&mut self, whole: Let<'_>, value: Operand) {
        let Let { pattern, init, .. } = whole;
        let later: Vec<Ident> = mutable(pattern)
            .into_iter()
            .filter(|name| self.promoted.contains(&place(name)))
            .cloned()
            .collect();
        let bound = hidden_pattern(pattern, &|name| later.iter().any(|other| place(other) == place(name)));
        let _ = self.bind_plain(pattern);
        for name in mutable(pattern) {
            self.scope.bind(name, Binding::Mutable(place(name)));
        }
        let out = self.promoted_parts(pattern, init);
        let pattern = self.annotate(whole, bound.to_token_stream());
        self.steps.push(Step::Bind { pattern: pattern.into(), out, value });
    }

    pub(super) fn promoted_parts(&mut self, pattern: &Pat, init: &Expr) -> Out {
        match pattern {
            Pat::Paren(inner) => self.promoted_parts(&inner.pat, init),
            Pat::Ident(name) if self.promoted.contains(&place(&name.ident)) => {
                self.out(pattern, false, init).unwrap_or(Out::Nothing)
            }
            Pat::Tuple(tuple) => {
                let init_of = |part: usize| match init {
                    Expr::Tuple(parts) if parts.elems.len() == tuple.elems.len() => &parts.elems[part],
                    _ => init,
                };
                let parts = tuple.elems.iter().enumerate();
                Out::Tuple(parts.map(|(i, part)| self.promoted_parts(part, init_of(i))).collect())
            }
            _ => Out::Nothing,
        }
    }

    /// Binds the names of a pattern to values that may carry a gradient; `init` is the initializer as written.
    pub(super) fn out(&mut self, pattern: &Pat, certain: bool, init: &Expr) -> Option<Out> {
        Some(match pattern {
            Pat::Wild(_) => Out::Nothing,
            Pat::Paren(paren) => self.out(&paren.pat, certain, init)?,
            Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
                let var = self.var(hidden(&name.ident), certain);
                if is_literal(init) || self.is_literal_name(init) {
                    self.literals.insert(var);
                }
                self.scope.bind(&name.ident, Binding::Var(var));
                Out::Var(var)
            }
            Pat::Tuple(tuple) => {
                let init_of = |part: usize| match init {
                    Expr::Tuple(parts) if parts.elems.len() == tuple.elems.len() => &parts.elems[part],
                    _ => init,
                };
                let parts = tuple.elems.iter().enumerate();
                // Which of the parts carry a gradient, is not known here.
                let is_certain = |i: usize| certain && matches!(init_of(i), Expr::Binary(_) | Expr::Unary(_));
                Out::Tuple(
                    parts
                        .map(|(i, part)| self.out(part, is_certain(i), init_of(i)))
                        .collect::<Option<_>>()?,
                )
            }
            _ => {
                self.errors.at(
                    pattern,
                    "a value that carries a gradient is bound to a name, or taken apart as a tuple",
                );
                return None;
            }
        })
    }

    /// Whether an expression is the name of a variable that is initialized with a literal.
    pub(super) fn is_literal_name(&self, init: &Expr) -> bool {
        let Expr::Path(path) = init else { return false };
        let name = path.path.get_ident().and_then(|name| self.scope.get(&name.to_string()));
        matches!(name, Some(Binding::Var(var)) if self.literals.contains(var))
    }
}

/// Whether a pattern takes a value apart other than as a tuple of names.
pub(super) fn takes_apart(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) => false,
        Pat::Paren(inner) => takes_apart(&inner.pat),
        Pat::Ident(name) => name.by_ref.is_some() || name.subpat.is_some(),
        Pat::Tuple(tuple) => tuple.elems.iter().any(takes_apart),
        _ => true,
    }
}

/// The names that a tuple pattern declares with `mut`.
pub(super) fn mutable(pattern: &Pat) -> Vec<&Ident> {
    match pattern {
        Pat::Ident(name) if name.mutability.is_some() && name.by_ref.is_none() => vec![&name.ident],
        Pat::Paren(inner) => mutable(&inner.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().flat_map(mutable).collect(),
        _ => Vec::new(),
    }
}
