//! Lowering of `if`, `match`, blocks and loops.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{BinOp, Expr, Pat};

use super::expression::indexed;
use super::shown::{no_parameter, weightless};
use super::{Lower, iterate};
use crate::differentiable::hidden::{hidden, hidden_pattern};
use crate::differentiable::model::{Block, Branch, Operand, Shape, Step, Target};
use crate::differentiable::scope::{Binding, ModulePath};

impl Lower<'_> {
    pub(super) fn branch(&mut self, arms: Vec<Block>, shape: Shape) -> Operand {
        let certain = arms.iter().any(|arm| self.is_certain(&arm.tail.target));
        let var = self.temporary(certain);
        self.steps.push(Step::Branch(Branch { var, arms, shape }));
        Operand { expr: var.value().into(), target: Target::Var(var) }
    }

    pub(super) fn if_else(&mut self, branch: &syn::ExprIf) -> Operand {
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

    /// Lowers a condition. Comparisons may read values that carry a gradient; no gradient flows through them.
    /// Unless the condition is evaluated `at_once`, no step can be evaluated before it.
    pub(super) fn condition(&mut self, condition: &Expr, at_once: bool) -> TokenStream {
        let outer = std::mem::replace(&mut self.is_condition, true);
        let condition = match condition {
            Expr::Let(binding) => {
                let (choice, module) = self.choice(&binding.expr, at_once);
                let pattern = self.bind_choice(&binding.expr, module.as_ref(), &binding.pat);
                quote!(let #pattern = #choice)
            }
            Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
                let (left, op) = (self.condition(&both.left, at_once), &both.op);
                let right = self.condition(&both.right, false);
                quote!(#left #op #right)
            }
            condition => self.answer(condition, "a branch cannot be chosen by it; compare it"),
        };
        self.is_condition = outer;
        condition
    }

    /// Lowers a scrutinee: it carries no gradient, or is a part of the module.
    fn choice(&mut self, expr: &Expr, at_once: bool) -> (TokenStream, Option<ModulePath>) {
        let before = self.steps.len();
        let Some(module) = self.module_path(expr) else {
            return (self.answer(expr, "a branch cannot be chosen by it; compare it"), None);
        };
        if !at_once && self.steps[before..].iter().any(|step| matches!(step, Step::Index { .. })) {
            self.errors.at(
                expr,
                "an index in a condition that is not evaluated first, or more than once, cannot be kept for the \
                 backward pass; choose by `if let` or `match` alone",
            );
        }
        let (references, view) = (references(expr), &module.view);
        (quote!(#(#references)* #view), Some(module))
    }

    /// Binds the names of a pattern that matches `expr`; `module` is its path if it is a part of the module.
    fn bind_choice(&mut self, expr: &Expr, module: Option<&ModulePath>, pattern: &Pat) -> TokenStream {
        let (pattern, guard) = match pattern {
            Pat::Guard(guarded) => (&*guarded.pat, Some(&guarded.guard)),
            pattern => (pattern, None),
        };
        let names = self.bind_plain(pattern);
        let mut bound = pattern.clone();
        let part = module.and_then(|_| inside_some(pattern));
        // `None` parses as a name.
        let others: Vec<_> = names.iter().filter(|name| Some(*name) != part && *name != "None").collect();
        if module.is_some() && !others.is_empty() {
            // The other names are bound to contents of the module that are used without a gradient.
            let elements: Vec<_> =
                indexed(expr).into_iter().map(|indexed| self.shown_expr(indexed)).collect();
            for name in others {
                self.bound.push(Step::Plain(weightless(&name.to_token_stream(), name.span())));
                for element in &elements {
                    self.bound.push(Step::Plain(no_parameter(element, name.span())));
                }
            }
        }
        if let (Some(name), Some(module)) = (part, module) {
            let (view, steps) = (hidden(name).into(), &module.steps);
            let message = "the part that the forward pass found";
            let steps = quote!(#steps.clone().expect(#message)).into();
            self.scope.bind(name, Binding::Module(ModulePath { view, steps, references: 1 }));
            bound = hidden_pattern(pattern, &|other| other == name);
        }
        match guard {
            Some(guard) => {
                let guard = self.condition(guard, false);
                quote!(#bound if #guard)
            }
            None => quote!(#bound),
        }
    }

    pub(super) fn match_arms(&mut self, branch: &syn::ExprMatch) -> Operand {
        let (choice, module) = self.choice(&branch.expr, true);
        let mut patterns = Vec::new();
        let mut arms = Vec::new();
        for arm in &branch.arms {
            self.scope.enter();
            patterns.push(self.bind_choice(&branch.expr, module.as_ref(), &arm.pat));
            let bound = std::mem::take(&mut self.bound);
            let outer = std::mem::replace(&mut self.steps, bound);
            let tail = self.expr(&arm.body);
            arms.push(Block { steps: std::mem::replace(&mut self.steps, outer), tail });
            self.scope.leave();
        }
        self.branch(arms, Shape::Match(choice, patterns))
    }

    pub(super) fn for_loop(&mut self, for_loop: &syn::ExprForLoop) -> Operand {
        self.scope.enter();
        let outer = std::mem::take(&mut self.loop_indices);
        let head = iterate::head(self, for_loop);
        let indices = std::mem::replace(&mut self.loop_indices, outer);
        let body = self.block(&for_loop.body);
        self.scope.leave();
        self.push_loop(for_loop.for_token.span, head, &for_loop.label, indices, body)
    }

    pub(super) fn while_loop(&mut self, while_loop: &syn::ExprWhile) -> Operand {
        self.scope.enter();
        let condition = self.condition(&while_loop.cond, false);
        let body = self.block(&while_loop.body);
        self.scope.leave();
        self.push_loop(
            while_loop.while_token.span,
            quote!(while #condition),
            &while_loop.label,
            Vec::new(),
            body,
        )
    }

    pub(super) fn push_loop(
        &mut self,
        span: Span,
        head: TokenStream,
        label: &Option<syn::Label>,
        indices: Vec<Ident>,
        body: Block,
    ) -> Operand {
        let var = self.temporary(false);
        self.steps.push(Step::Loop { var, span, head, label: label.to_token_stream(), indices, body });
        Operand::unit()
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
fn inside_some(pattern: &Pat) -> Option<&Ident> {
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
fn is_some(path: &syn::Path) -> bool {
    let mut segments = path.segments.iter().rev();
    segments.next().is_some_and(|last| last.ident == "Some")
        && segments.next().is_none_or(|owner| owner.ident == "Option")
}
