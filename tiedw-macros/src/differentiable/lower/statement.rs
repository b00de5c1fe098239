//! Lowering of `let`, assignments, items and macro statements.

use std::collections::BTreeSet;
use std::rc::Rc;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Item, Pat, Stmt, UseTree};

use super::Lower;
use super::assign_parts::is_rest;
use super::branch::references;
use super::call::is_literal;
use super::chain::possible_error;
use super::container::Changed;
use super::expression::itself;
use super::lent::{may_hold_value, starts};
use super::module_path::{is_module_alias, is_part};
use super::order;
use crate::differentiable::hidden::{hidden, hidden_pattern};
use crate::differentiable::mentions;
use crate::differentiable::model::{Operand, Out, Step, Target};
use crate::differentiable::scope::{Binding, ModulePath};
use crate::differentiable::this::is_self;
use crate::errors::Errors;

/// The maximum number of references behind which weights are detected in a part of the module.
const REFERENCES: usize = 3;

impl Lower<'_> {
    pub(super) fn stmt(&mut self, stmt: &Stmt) {
        if self.marked(stmt) {
            return;
        }
        match stmt {
            Stmt::Local(local) => self.local(local),
            Stmt::Item(Item::Macro(item)) => {
                let item = self.macro_rules(item);
                self.plain(item);
            }
            Stmt::Item(item) => {
                self.plain(item);
                if let Item::Use(item) = item
                    && let Some(star) = glob(&item.tree)
                {
                    self.hides_none(star);
                }
            }
            Stmt::Macro(mac) => {
                let shown = self.statement(mac.mac.to_token_stream());
                self.plain(shown);
            }
            // A semicolon alone.
            Stmt::Expr(Expr::Verbatim(tokens), Some(_)) if tokens.is_empty() => {}
            Stmt::Expr(Expr::Assign(assign), _) => {
                self.assign(&assign.left, |this| this.expr(&assign.right), stmt)
            }
            Stmt::Expr(Expr::Binary(binary), _) if compound(&binary.op).is_some() => {
                let Some(op) = compound(&binary.op) else { return };
                if self.is_plain(&binary.left) && self.is_plain(&binary.right) {
                    let shown = self.shown(stmt.to_token_stream());
                    return self.plain(shown);
                }
                if let Some(index) = order::moving_index(&binary.left, &binary.right) {
                    return self.errors.at(
                        index,
                        "this index is read and written, and something changes it in between; bind it before with `let`",
                    );
                }
                let mut binary = binary.clone();
                self.fix_indices(&mut binary.left);
                let binary = &binary;
                self.assign(
                    &binary.left,
                    |this| this.operator(&binary.left, &op, &binary.right, binary),
                    stmt,
                );
            }
            Stmt::Expr(expr, _) => {
                let Operand { expr, .. } = self.expr(expr);
                if !self.steps.last().is_some_and(Step::diverges) {
                    self.plain(quote!(let _ = #expr;));
                }
            }
        }
    }

    /// Gives each index of a place that calls something a name, since the place is read and written.
    pub(super) fn fix_indices(&mut self, place: &mut Expr) {
        match place {
            Expr::Field(field) => self.fix_indices(&mut field.base),
            Expr::Paren(inner) => self.fix_indices(&mut inner.expr),
            Expr::Unary(inner) => self.fix_indices(&mut inner.expr),
            Expr::Index(access) => {
                self.fix_indices(&mut access.expr);
                if order::calls(&access.index) {
                    let name = self.fresh("index");
                    let value = self.plain_expr(&access.index, "an index does not").expr;
                    self.plain(quote!(let #name = #value;));
                    self.scope.bind(&name, Binding::Plain);
                    *access.index = syn::parse_quote!(#name);
                }
            }
            _ => {}
        }
    }

    pub(super) fn local(&mut self, local: &syn::Local) {
        let Some(init) = &local.init else {
            let pattern = match &local.pat {
                Pat::Type(typed) => &*typed.pat,
                pattern => pattern,
            };
            if let Pat::Ident(name) = pattern {
                let var = self.var(name.ident.clone(), true);
                self.scope.bind(&name.ident, Binding::Var(var));
            }
            return self
                .errors
                .at(pattern, "a differentiable body gives each variable a value where it is declared");
        };
        if let Some((_, otherwise)) = &init.diverge {
            return self.let_else(local, otherwise);
        }
        let (pattern, ty) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, Some(&typed.ty)),
            pattern => (pattern, None),
        };
        let annotate = |pattern: TokenStream| match ty {
            Some(ty) => quote!(#pattern: #ty),
            None => pattern,
        };
        if let Pat::Tuple(tuple) = pattern
            && mentions::is_module(&self.scope, &init.expr)
        {
            let whole = itself(&init.expr);
            for (position, part) in tuple.elems.iter().enumerate() {
                let index = syn::Index::from(position);
                self.stmt(&syn::parse_quote!(let #part = &#whole.#index;));
            }
            return;
        }
        if let Pat::Slice(_) | Pat::Tuple(_) = pattern
            && is_part(self, &init.expr)
            && let Some(module) = self.module_path(&init.expr)
            && self.let_parts(pattern, &init.expr, &module).is_some()
        {
            return;
        }
        if let Pat::Ident(name) = pattern
            && let Some(module) = self.module_path(&init.expr)
            && is_module_alias(&init.expr)
        {
            let (inside, source, init) = (hidden(&name.ident), &init.expr, &module.view);
            let references = references(source);
            let depth = references.len() + module.references;
            if depth > REFERENCES {
                self.errors.at(
                    source,
                    format_args!("a part of the module has a name behind at most {REFERENCES} references"),
                );
            }
            self.plain(quote!(let #inside = #(#references)* #init;));
            let view = inside.into();
            self.scope.bind(
                &name.ident,
                Binding::Module(ModulePath { view, steps: module.steps, references: depth }),
            );
            return;
        }
        if let (Pat::Ident(name), Some(parts)) = (pattern, self.parts_of(&init.expr)) {
            return self.scope.bind(&name.ident, Binding::Tuple(parts));
        }
        if let (Pat::Tuple(tuple), Some(parts)) = (pattern, self.parts_of(&init.expr))
            && tuple.elems.len() == parts.len()
        {
            let is_reference = matches!(&*init.expr, Expr::Reference(_));
            for (pattern, part) in tuple.elems.iter().zip(parts) {
                let value: Expr =
                    if is_reference { syn::parse_quote!(&#part) } else { syn::parse_quote!(#part) };
                self.stmt(&syn::parse_quote!(let #pattern = #value;));
            }
            return;
        }
        if let (Pat::Ident(name), Expr::Path(other)) = (pattern, &*init.expr)
            && let Some(binding @ Binding::Closure(_)) =
                other.path.get_ident().and_then(|other| self.scope.get(&other.to_string()))
        {
            let binding = binding.clone();
            return self.scope.bind(&name.ident, binding);
        }
        if let (Pat::Ident(name), Expr::Closure(closure)) = (pattern, &*init.expr)
            && (self.is_carrying(closure) || self.is_promoted(pattern))
        {
            return self.bind_closure(&name.ident, closure);
        }
        if let (Pat::Ident(name), Expr::Path(function)) = (pattern, &*init.expr)
            && self.is_function_name(function)
        {
            let binding = match self.is_promoted(pattern) {
                true => Binding::Function(Rc::new(function.clone())),
                false => {
                    let pattern = annotate(pattern.to_token_stream());
                    self.plain(quote!(let #pattern = #function;));
                    Binding::PlainClosure(place(&name.ident))
                }
            };
            return self.scope.bind(&name.ident, binding);
        }
        let value = match (&*init.expr, ty) {
            // What is collected is known by its type.
            (Expr::MethodCall(call), Some(ty))
                if call.method == "collect" && call.turbofish.is_none() && possible_error(ty).is_some() =>
            {
                let (receiver, method) = (&call.receiver, &call.method);
                self.expr(&syn::parse_quote!(#receiver.#method::<#ty>()))
            }
            (init, _) => self.expr(init),
        };
        if value.is_plain() && !self.is_promoted(pattern) {
            let (expr, pattern_tokens) = (&value.expr, annotate(pattern.to_token_stream()));
            self.plain(quote!(let #pattern_tokens = #expr;));
            let names = self.bind_plain(pattern);
            for name in mutable(pattern) {
                self.scope.bind(name, Binding::Mutable(place(name)));
            }
            let holders = starts(pattern, &init.expr).into_iter();
            let holders = holders.filter(|(_, init)| may_hold_value(ty.map(|ty| &**ty), init));
            self.holders.extend(holders.map(|(name, _)| place(name)));
            if ty.is_none() {
                self.mark_untyped(&names);
            }
            if let Pat::Ident(name) = pattern {
                let other = match &*init.expr {
                    Expr::Path(path) => {
                        path.path.get_ident().and_then(|other| self.scope.get(&other.to_string()))
                    }
                    _ => None,
                };
                if let Some(Binding::PlainClosure(place)) = other {
                    let place = place.clone();
                    self.scope.bind(&name.ident, Binding::PlainClosure(place));
                } else if matches!(*init.expr, Expr::Closure(_)) {
                    self.scope.bind(&name.ident, Binding::PlainClosure(place(&name.ident)));
                }
                if ty.is_none() && self.is_number(&init.expr) {
                    self.numbers.extend(self.scope.number(&name.ident.to_string()));
                }
            }
            if let (Pat::Tuple(names), Expr::Tuple(values), None) = (pattern, &*init.expr, ty) {
                for (name, value) in names.elems.iter().zip(&values.elems) {
                    if let Pat::Ident(name) = name
                        && self.is_number(value)
                    {
                        self.numbers.extend(self.scope.number(&name.ident.to_string()));
                    }
                }
            }
            return;
        }
        if value.is_plain() && self.refuse_map(ty.map(|ty| &**ty), &init.expr) {
            return;
        }
        if takes_apart(pattern) {
            let value = self.placed(value);
            let (pattern, names) = self.value_pattern(pattern, &value.target);
            let (pattern, expr) = (annotate(pattern.to_token_stream()), value.expr);
            self.plain(quote!(let #pattern = #expr;));
            let before = std::mem::take(&mut self.bound);
            self.steps.extend(before.into_iter().chain(names));
            return;
        }
        let certain = self.is_certain(&value.target);
        if value.is_plain()
            && let Pat::Tuple(_) | Pat::Paren(_) = pattern
        {
            return self.promoted_tuple(pattern, annotate, &init.expr, value);
        }
        let Some(out) = self.out(pattern, certain, &init.expr) else { return };
        if self.is_chosen(&value.target) {
            self.chosen.extend(out.vars());
        }
        let annotated = match (pattern, ty) {
            (Pat::Ident(name), None) if name.attrs.is_empty() && name.mutability.is_none() => {
                hidden(&name.ident).into()
            }
            _ => annotate(hidden_pattern(pattern, &|_| true).to_token_stream()).into(),
        };
        // The result of a call is bound by the call itself.
        if ty.is_none()
            && let Some(Step::Call(call)) = self.steps.last_mut()
            && call.pattern.is_none()
            && matches!(value.target, Target::Var(var) if var == call.var)
            && value.expr.is(&call.var.value())
        {
            call.pattern = Some(annotated);
            call.out = out;
            return;
        }
        self.steps.push(Step::Bind { pattern: annotated, out, value });
    }

    /// Whether a path may name a function: it is no variable, and no constant.
    fn is_function_name(&self, path: &syn::ExprPath) -> bool {
        let last = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let is_local = path
            .path
            .get_ident()
            .is_some_and(|name| is_self(&name.to_string()) || self.scope.get(&name.to_string()).is_some());
        !is_local && !last.starts_with(char::is_uppercase)
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
    fn promoted_tuple(
        &mut self,
        pattern: &Pat,
        annotate: impl Fn(TokenStream) -> TokenStream,
        init: &Expr,
        value: Operand,
    ) {
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
        self.steps.push(Step::Bind { pattern: annotate(bound.to_token_stream()).into(), out, value });
    }

    fn promoted_parts(&mut self, pattern: &Pat, init: &Expr) -> Out {
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
    fn out(&mut self, pattern: &Pat, certain: bool, init: &Expr) -> Option<Out> {
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

    /// Binds the names of a pattern to values that carry no gradient, and returns the names.
    pub(super) fn bind_plain(&mut self, pattern: &Pat) -> Vec<Ident> {
        struct Names<'e>(Vec<Ident>, &'e mut Errors);
        impl<'ast> syn::visit::Visit<'ast> for Names<'_> {
            fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
                self.0.push(pattern.ident.clone());
                syn::visit::visit_pat_ident(self, pattern);
            }

            fn visit_macro(&mut self, mac: &'ast syn::Macro) {
                self.1.at(
                    mac,
                    "the names that a macro binds in a pattern are not known here; write the pattern",
                );
            }

            fn visit_expr(&mut self, _: &'ast Expr) {}
        }
        let mut names = Names(Vec::new(), &mut *self.errors);
        syn::visit::Visit::visit_pat(&mut names, pattern);
        let Names(names, _) = names;
        for name in &names {
            self.scope.bind(name, Binding::Plain);
        }
        names
    }

    /// Remembers that the types of names are not written.
    pub(super) fn mark_untyped(&mut self, names: &[Ident]) {
        for name in names {
            self.untyped.extend(self.scope.number(&name.to_string()));
        }
    }

    /// Whether an expression is the name of a variable that is initialized with a literal.
    fn is_literal_name(&self, init: &Expr) -> bool {
        let Expr::Path(path) = init else { return false };
        let name = path.path.get_ident().and_then(|name| self.scope.get(&name.to_string()));
        matches!(name, Some(Binding::Var(var)) if self.literals.contains(var))
    }

    /// Asserts that a glob import brings in no constant with the name of a variable, which it would shadow:
    /// in a pattern, a variable name matches anything, but a constant does not.
    fn hides_none(&mut self, star: Span) {
        let hidden: BTreeSet<&str> = self.scope.names().filter(|name| self.is_hidden(name)).collect();
        let name = |name: &str| match name.strip_prefix("r#") {
            Some(raw) => Ident::new_raw(raw, star),
            None => Ident::new(name, star),
        };
        let names: Vec<Ident> = hidden.into_iter().filter(|name| !is_self(name)).map(name).collect();
        self.plain(quote_spanned!(star=> if false { #(let #names = (); _ = #names;)* }));
    }

    /// Binds the items of a block that shadow a variable of the same name.
    pub(super) fn bind_items(&mut self, block: &syn::Block) {
        let mut names = Vec::new();
        for stmt in &block.stmts {
            match stmt {
                Stmt::Item(Item::Const(item)) => names.push(item.ident.clone()),
                Stmt::Item(Item::Static(item)) => names.push(item.ident.clone()),
                Stmt::Item(Item::Fn(item)) => names.push(item.sig.ident.clone()),
                Stmt::Item(Item::Struct(item)) => names.push(item.ident.clone()),
                Stmt::Item(Item::Use(item)) => imported(&item.tree, &mut names),
                _ => {}
            }
        }
        for name in names {
            if self.scope.get(&name.to_string()).is_some() {
                self.scope.bind(&name, Binding::Plain);
            }
        }
    }

    pub(super) fn assign(&mut self, left: &Expr, value: impl FnOnce(&mut Self) -> Operand, stmt: &Stmt) {
        let right = match stmt {
            Stmt::Expr(Expr::Assign(assign), _) => Some(&*assign.right),
            _ => None,
        };
        let is_name = matches!(left, Expr::Path(path) if path.path.get_ident().is_some());
        if !is_name && self.is_plain(left) && right.is_some_and(|right| self.is_plain(right)) {
            let shown = self.shown(stmt.to_token_stream());
            return self.plain(shown);
        }
        let value = value(self);
        self.assign_to(left, value);
    }

    /// Assigns a value to a place, or its parts to several.
    pub(super) fn assign_to(&mut self, left: &Expr, value: Operand) {
        match left {
            Expr::Infer(_) => {
                let expr = value.expr;
                self.plain(quote!(let _ = #expr;));
            }
            Expr::Paren(inner) => self.assign_to(&inner.expr, value),
            Expr::Tuple(places) if !places.elems.iter().any(is_rest) => self.assign_each(places, value),
            Expr::Tuple(_) | Expr::Array(_) | Expr::Struct(_) | Expr::Call(_) => self.assign_parts(left, value),
            Expr::Path(path) if path.path.get_ident().is_some_and(|name| !self.may_change(name)) => {
                let expr = value.expr;
                if matches!(value.target, Target::Nothing) {
                    return self.plain(quote!(#path = #expr;));
                }
                self.errors.at(
                    path,
                    format_args!(
                        "`{}` is given a value that carries a gradient; declare it with `let mut` here",
                        path.to_token_stream()
                    ),
                );
            }
            left => match self.changed(left) {
                Some(Changed::Place(place, target)) => {
                    self.certain[target.var.0] |= target.path.is_empty() && self.is_certain(&value.target);
                    self.steps.push(Step::Assign { place, target, value });
                }
                Some(Changed::Later(_)) if value.is_plain() => {
                    let expr = value.expr;
                    self.plain(quote!(#left = #expr;));
                }
                Some(Changed::Later(place)) => {
                    self.promoted.insert(place);
                }
                None if value.is_plain() && self.is_plain(left) => {
                    let (shown, expr) = (self.shown_expr(left), value.expr);
                    self.plain(quote!(#shown = #expr;));
                }
                None => self.errors.at(
                    left,
                    "this place cannot take a value that carries a gradient; assign to a variable, a field or an element",
                ),
            },
        }
    }

    /// Assigns the parts of a tuple.
    fn assign_each(&mut self, places: &syn::ExprTuple, value: Operand) {
        let plain = value.is_plain();
        let vars: Vec<_> = places.elems.iter().map(|_| self.temporary(false)).collect();
        let names: Vec<_> = vars.iter().map(|var| var.value()).collect();
        let pattern = quote!((#(#names,)*)).into();
        let value_of = |position: usize| Operand {
            expr: names[position].clone().into(),
            target: if plain { Target::Nothing } else { Target::Var(vars[position]) },
        };
        let out = match plain {
            true => Out::Nothing,
            false => Out::Tuple(vars.iter().copied().map(Out::Var).collect()),
        };
        self.steps.push(Step::Bind { pattern, out, value });
        for (position, place) in places.elems.iter().enumerate() {
            self.assign_to(place, value_of(position));
        }
    }

    /// Whether a name is that of a variable that may take a value with a gradient.
    fn may_change(&self, name: &Ident) -> bool {
        matches!(self.scope.get(&name.to_string()), Some(Binding::Var(_) | Binding::Mutable(_)))
    }
}

/// Whether a pattern takes a value apart other than as a tuple of names.
fn takes_apart(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) => false,
        Pat::Paren(inner) => takes_apart(&inner.pat),
        Pat::Ident(name) => name.by_ref.is_some() || name.subpat.is_some(),
        Pat::Tuple(tuple) => tuple.elems.iter().any(takes_apart),
        _ => true,
    }
}

/// The names that a tuple pattern declares with `mut`.
fn mutable(pattern: &Pat) -> Vec<&Ident> {
    match pattern {
        Pat::Ident(name) if name.mutability.is_some() && name.by_ref.is_none() => vec![&name.ident],
        Pat::Paren(inner) => mutable(&inner.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().flat_map(mutable).collect(),
        _ => Vec::new(),
    }
}

/// Returns the span of the `*` of a glob import.
fn glob(tree: &UseTree) -> Option<Span> {
    match tree {
        UseTree::Path(path) => glob(&path.tree),
        UseTree::Group(group) => group.items.iter().find_map(glob),
        UseTree::Glob(glob) => Some(glob.star_token.span()),
        UseTree::Name(_) | UseTree::Rename(_) => None,
    }
}

/// Collects the names that a `use` imports.
fn imported(tree: &UseTree, names: &mut Vec<Ident>) {
    match tree {
        UseTree::Path(path) => imported(&path.tree, names),
        UseTree::Name(name) => names.push(name.ident.clone()),
        UseTree::Rename(rename) => names.push(rename.rename.clone()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| imported(tree, names)),
        UseTree::Glob(_) => {}
    }
}

/// Returns the binary operator of a compound assignment such as `+=`.
pub(in crate::differentiable) fn compound(op: &BinOp) -> Option<BinOp> {
    let span = op.span();
    Some(match op {
        BinOp::AddAssign(_) => BinOp::Add(syn::Token![+](span)),
        BinOp::SubAssign(_) => BinOp::Sub(syn::Token![-](span)),
        BinOp::MulAssign(_) => BinOp::Mul(syn::Token![*](span)),
        BinOp::DivAssign(_) => BinOp::Div(syn::Token![/](span)),
        _ => return None,
    })
}

/// Returns the source position of a name, which distinguishes `let` bindings of the same name.
pub(super) fn place(name: &Ident) -> String {
    format!("{name} {:?}", name.span())
}
