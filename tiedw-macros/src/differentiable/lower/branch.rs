//! Lowering of `if`, `match`, blocks and loops.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{BinOp, Expr, Pat, UnOp};

use super::exit::leaves;
use super::look::is_place;
use super::module_path::is_part;
use super::shown::weightless;
use super::{Lower, alternatives, iterate};
use crate::differentiable::hidden::{hidden, hidden_pattern};
use crate::differentiable::mentions::{is_comparison, is_junction};
use crate::differentiable::model::{Block, Branch, Operand, Shape, Step, Target};
use crate::differentiable::modules_in_patterns;
use crate::differentiable::scope::{Binding, ModulePath};
use crate::differentiable::tokens::Tokens;

impl Lower<'_> {
    pub(super) fn branch(&mut self, arms: Vec<Block>, shape: Shape) -> Operand {
        let certain = arms.iter().any(|arm| self.is_certain(&arm.tail.target));
        let var = self.temporary(certain);
        if self.chooses_part(&arms) {
            self.chosen.insert(var);
        }
        let branch = Branch { var, region: None, arms, shape };
        let value = branch.value();
        let branch = Step::Branch(branch);
        let diverges = branch.diverges();
        self.steps.push(branch);
        if diverges {
            return Operand::unit();
        }
        if value.is_none() {
            return Operand::plain(var.value());
        }
        Operand { expr: var.value().into(), target: Target::Var(var) }
    }

    pub(super) fn if_else(&mut self, branch: &syn::ExprIf) -> Operand {
        if let Some(result) = self.if_place(branch) {
            return result;
        }
        if let Some(branch) = self.if_without_alternatives(branch) {
            return self.if_else(&branch);
        }
        if let Some(code) = self.changing_branch(branch).or_else(|| self.chained(branch)) {
            return self.parsed(Some(code), branch);
        }
        let mut conditions = Vec::new();
        let mut arms = Vec::new();
        let mut next = Some(branch);
        while let Some(current) = next.take() {
            self.scope.enter();
            let at_once = conditions.is_empty();
            conditions.push(self.condition(&current.cond, at_once));
            arms.push(self.block(&current.then_branch));
            self.scope.leave();
            match current.else_branch.as_ref().map(|(_, inner)| &**inner) {
                // A value in the condition is computed in a block of its own, where steps can precede it.
                Some(other @ Expr::If(inner))
                    if self.chooses_by_value(&inner.cond) || self.condition_changes(&inner.cond) =>
                {
                    self.scope.enter();
                    let outer = std::mem::take(&mut self.steps);
                    let tail = self.expr(other);
                    arms.push(Block { steps: std::mem::replace(&mut self.steps, outer), tail });
                    self.scope.leave();
                }
                Some(Expr::If(inner)) => next = Some(inner),
                Some(Expr::Block(inner)) => arms.push(self.block(&inner.block)),
                Some(other) => {
                    let _ = self.unsupported(other);
                }
                None => arms.push(Block { steps: Vec::new(), tail: Operand::unit() }),
            }
        }
        self.branch(arms, Shape::If(conditions))
    }

    /// Whether a condition takes a value apart.
    fn chooses_by_value(&self, condition: &Expr) -> bool {
        match condition {
            Expr::Let(binding) => {
                self.carries_gradient(&binding.expr)
                    || self.has_index(&binding.expr)
                    || self.is_borrow(&binding.expr)
            }
            Expr::Binary(both) => self.chooses_by_value(&both.left) || self.chooses_by_value(&both.right),
            _ => false,
        }
    }

    /// Lowers a condition. Comparisons may read values that carry a gradient; no gradient flows through them.
    /// Unless the condition is evaluated `at_once`, no step can be evaluated before it.
    pub(super) fn condition(&mut self, condition: &Expr, at_once: bool) -> TokenStream {
        let outer = std::mem::replace(&mut self.is_condition, true);
        let condition = match condition {
            Expr::Let(binding) => {
                let (choice, chosen) = self.choice(&binding.expr, at_once);
                let pattern = self.bind_choice(&chosen, &binding.pat);
                quote!(let #pattern = #choice)
            }
            Expr::Paren(inner) if self.carries_gradient(&inner.expr) => {
                let inner = self.condition(&inner.expr, at_once);
                quote!((#inner))
            }
            Expr::Unary(unary)
                if matches!(unary.op, UnOp::Not(_))
                    && self.carries_gradient(&unary.expr)
                    && !is_place(&unary.expr) =>
            {
                let (not, inner) = (&unary.op, self.condition(&unary.expr, at_once));
                quote!(#not #inner)
            }
            Expr::Binary(both) if matches!(both.op, BinOp::And(_) | BinOp::Or(_)) => {
                let (left, op) = (self.condition(&both.left, at_once), &both.op);
                let right = self.condition(&both.right, false);
                quote!(#left #op #right)
            }
            condition => self.answer(condition, "a branch cannot be chosen by it; compare it"),
        };
        self.is_condition = outer;
        condition
    }

    /// Lowers a scrutinee.
    pub(super) fn choice(&mut self, expr: &Expr, at_once: bool) -> (TokenStream, Chosen) {
        if let Expr::MethodCall(call) = expr
            && call.method == "as_slice"
            && self.carries_gradient(&call.receiver)
        {
            let list = &call.receiver;
            return self.choice(&syn::parse_quote!(&#list[..]), at_once);
        }
        if let Expr::Tuple(tuple) = expr
            && tuple.elems.iter().any(|part| is_part(self, part))
        {
            let choices = tuple.elems.iter().map(|part| self.choice(part, at_once));
            let (choices, chosen): (Vec<_>, Vec<_>) = choices.collect();
            return (quote!((#(#choices,)*)), Chosen::Several(chosen));
        }
        if at_once && self.is_element_of_parameter(expr) {
            let element = self.differentiated(expr);
            let value = self.bound_to_variable(element);
            return (value.expr.into_token_stream(), Chosen::Value(value.target));
        }
        let before = self.steps.len();
        let Some(module) = self.module_path(expr) else {
            if self.is_plain(expr) || is_flag(expr) {
                let answer = self.answer(expr, "a branch cannot be chosen by it; compare it");
                return (answer, Chosen::Plain);
            }
            let outer = std::mem::replace(&mut self.is_condition, false);
            let value = self.expr(expr);
            let value = self.placed(value);
            self.is_condition = outer;
            if !at_once && self.steps.len() > before {
                self.errors.at(
                    expr,
                    "a value that is computed in a condition which is not evaluated first; bind it before with `let`",
                );
            }
            return (value.expr.into_token_stream(), Chosen::Value(value.target));
        };
        if !at_once && self.steps[before..].iter().any(|step| matches!(step, Step::Index { .. })) {
            self.errors.at(
                expr,
                "an index in a condition that is not evaluated first, or more than once, cannot be kept for the \
                 backward pass; choose by `if let` or `match` alone",
            );
        }
        let (references, view) = (references(expr), &module.view);
        (quote!(#(#references)* #view), Chosen::Part(module))
    }

    /// Binds the names of a pattern that matches a scrutinee.
    pub(super) fn bind_choice(&mut self, chosen: &Chosen, pattern: &Pat) -> TokenStream {
        let (pattern, guard) = match pattern {
            Pat::Guard(guarded) => (&*guarded.pat, Some(&*guarded.guard)),
            pattern => (pattern, None),
        };
        if let (Chosen::Several(chosen), Pat::Tuple(tuple)) = (chosen, pattern)
            && chosen.len() == tuple.elems.len()
        {
            let parts = chosen.iter().zip(&tuple.elems).map(|(chosen, part)| self.bind_choice(chosen, part));
            let pattern: Vec<_> = parts.collect();
            return self.guarded(quote!((#(#pattern,)*)), guard);
        }
        if let Chosen::Value(target) = chosen {
            let (pattern, names) = self.value_pattern(pattern, target);
            self.bound.extend(names);
            return self.guarded(pattern, guard);
        }
        let module = match chosen {
            Chosen::Part(module) => Some(module),
            _ => None,
        };
        if let (Some(module), Pat::Ident(name)) = (module, pattern)
            && modules_in_patterns::is_taken(&name.ident)
        {
            let view = Tokens::from(hidden(&name.ident));
            let part = ModulePath { field: Some(view.clone()), view, references: 1, ..module.clone() };
            self.scope.bind(&name.ident, Binding::Module(part));
            return self.guarded(hidden_pattern(pattern, &|_| true), guard);
        }
        if let Some(module) = module
            && let Some((pattern, indices)) = self.part_pattern(pattern, module)
        {
            self.bound.extend(indices);
            return self.guarded(pattern, guard);
        }
        let names = self.bind_plain(pattern);
        let mut bound = pattern.clone();
        let part = module.and_then(|_| inside_some(pattern));
        // `None` parses as a name.
        let others: Vec<_> = names.iter().filter(|name| Some(*name) != part && *name != "None").collect();
        if module.is_some() && !others.is_empty() {
            // The other names are bound to contents of the module that are used without a gradient.
            for name in others {
                self.bound.push(Step::Plain(weightless(&name.to_token_stream(), name.span())));
            }
        }
        if let (Some(name), Some(module)) = (part, module) {
            let (view, steps) = (Tokens::from(hidden(name)), &module.steps);
            let message = "the part that the forward pass found";
            let steps = quote!(#steps.clone().expect(#message)).into();
            self.scope.bind(
                name,
                Binding::Module(ModulePath {
                    field: Some(view.clone()),
                    view,
                    steps,
                    references: 1,
                    element_of: None,
                    ty: None,
                }),
            );
            bound = hidden_pattern(pattern, &|other| other == name);
        }
        self.guarded(bound, guard)
    }

    fn guarded(&mut self, pattern: impl ToTokens, guard: Option<&Expr>) -> TokenStream {
        match guard {
            Some(guard) => {
                let guard = self.condition(guard, false);
                quote!(#pattern if #guard)
            }
            None => quote!(#pattern),
        }
    }

    pub(super) fn match_arms(&mut self, branch: &syn::ExprMatch) -> Operand {
        if let Some(result) = self.match_place(branch) {
            return result;
        }
        let (choice, chosen) = self.choice(&branch.expr, true);
        let split = (!matches!(chosen, Chosen::Plain)).then(|| alternatives::in_arms(branch)).flatten();
        let branch = split.as_ref().unwrap_or(branch);
        let mut patterns = Vec::new();
        let mut arms = Vec::new();
        for arm in &branch.arms {
            self.scope.enter();
            patterns.push(self.bind_choice(&chosen, &arm.pat));
            let bound = std::mem::take(&mut self.bound);
            let outer = std::mem::replace(&mut self.steps, bound);
            let tail = self.expr(&arm.body);
            arms.push(Block { steps: std::mem::replace(&mut self.steps, outer), tail });
            self.scope.leave();
        }
        self.branch(arms, Shape::Match(choice, patterns))
    }

    pub(super) fn for_loop(&mut self, for_loop: &syn::ExprForLoop) -> Operand {
        if let Some(for_loop) = self.loop_side_by_side(for_loop) {
            return self.for_loop(&for_loop);
        }
        if let Some(result) = self.loop_over_places(for_loop) {
            return result;
        }
        if self.refuse_iterator_of_parts(&for_loop.expr) {
            return Operand::unit();
        }
        if let Some(code) = self.lazy_loop(for_loop) {
            return self.parsed(Some(quote!({ #code })), for_loop);
        }
        let var = self.temporary(false);
        self.iterate(for_loop.for_token.span, &for_loop.label, var, false, |this| {
            let head = iterate::head(this, for_loop);
            (head, this.block(&for_loop.body))
        });
        Operand::unit()
    }

    pub(super) fn while_loop(&mut self, while_loop: &syn::ExprWhile) -> Operand {
        let condition = &while_loop.cond;
        if self.chooses_by_value(condition) || self.condition_changes(condition) || leaves(condition) {
            return self.while_let(while_loop);
        }
        let var = self.temporary(false);
        self.iterate(while_loop.while_token.span, &while_loop.label, var, false, |this| {
            let condition = this.condition(&while_loop.cond, false);
            (quote!(while #condition), this.block(&while_loop.body))
        });
        Operand::unit()
    }
}

/// What a scrutinee is.
pub(super) enum Chosen {
    /// It carries no gradient.
    Plain,
    /// A part of the module.
    Part(ModulePath),
    /// A value with this target.
    Value(Target),
    /// A tuple of these.
    Several(Vec<Chosen>),
}

/// Whether an expression is a comparison, or combines flags.
fn is_flag(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => is_flag(&inner.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Not(_)),
        Expr::Binary(both) => is_comparison(&both.op) || is_junction(&both.op),
        _ => false,
    }
}

/// Returns the `&` tokens in front of an expression.
pub(super) fn references(expr: &Expr) -> Vec<syn::Token![&]> {
    match expr {
        Expr::Reference(reference) => [vec![reference.and_token], references(&reference.expr)].concat(),
        Expr::Paren(inner) => references(&inner.expr),
        _ => Vec::new(),
    }
}

/// Returns `name` of the pattern `Some(name)`.
pub(super) fn inside_some(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Guard(guarded) => inside_some(&guarded.pat),
        Pat::Reference(reference) => inside_some(&reference.pat),
        Pat::TupleStruct(some) if is_some(&some.path) => match some.elems.first()? {
            Pat::Ident(name) => Some(&name.ident),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a path is `Some` or ends in `Option::Some`.
pub(super) fn is_some(path: &syn::Path) -> bool {
    let mut segments = path.segments.iter().rev();
    segments.next().is_some_and(|last| last.ident == "Some")
        && segments.next().is_none_or(|owner| owner.ident == "Option")
}
