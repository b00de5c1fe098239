//! Lowering of control flow that leaves a body, a loop or a block: `return`, `break`, `continue`, `?`, `let .. else`.

use proc_macro2::{Ident, Span};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Label, Lifetime, Pat, parse_quote, parse_quote_spanned};

use super::Lower;
use super::branch::{inside_some, references};
use super::module_path::is_part;
use super::operator::is_literal;
use crate::differentiable::hidden::hidden;
use crate::differentiable::model::{Block, Exit, Loop, Operand, Region, Shape, Step, Target, Var};
use crate::differentiable::scope::{Binding, ModulePath};
use crate::private::private_at;

/// What can be left, and how it is found.
pub(in crate::differentiable) struct Around {
    pub(super) region: Region,
    /// The variable of its value.
    pub(super) var: Var,
    label: Option<Lifetime>,
    is_loop: bool,
    is_body: bool,
}

impl Lower<'_> {
    /// Enters a body, and returns what leaves it.
    pub(super) fn enter_body(&mut self) -> (Region, Var) {
        let var = self.temporary(false);
        self.enter(var, None, false, true)
    }

    fn enter(&mut self, var: Var, label: Option<Lifetime>, is_loop: bool, is_body: bool) -> (Region, Var) {
        let region = Region(self.regions);
        self.regions += 1;
        self.around.push(Around { region, var, label, is_loop, is_body });
        (region, var)
    }

    fn leave(&mut self, region: Region, value: Option<(Var, Operand)>) -> Operand {
        self.steps.push(Step::Exit(Exit { region, value }));
        Operand::unit()
    }

    pub(super) fn returned(&mut self, value: Option<&Expr>) -> Operand {
        let value = value.map_or_else(Operand::unit, |source| {
            let Operand { expr, target } = self.expr(source);
            match self.checked {
                Some(checked) if is_literal(source) => {
                    Operand { expr: checked.value(&expr, source.span()).into(), target }
                }
                _ => Operand { expr, target },
            }
        });
        self.give_back(value)
    }

    fn give_back(&mut self, value: Operand) -> Operand {
        let body = self.around.iter().find(|around| around.is_body).map(|around| (around.region, around.var));
        let Some((region, var)) = body else { return Operand::unit() };
        self.certain[var.0] |= self.is_certain(&value.target);
        self.leave(region, Some((var, value)))
    }

    /// Returns the innermost loop, or what has the label.
    fn found(&mut self, label: Option<&Lifetime>) -> Option<(Region, Var)> {
        let found = self.around.iter().rev().find(|around| match label {
            Some(label) => around.label.as_ref() == Some(label),
            None => around.is_loop,
        });
        // What is not found, rustc reports.
        found.map(|around| (around.region, around.var))
    }

    pub(super) fn broken(&mut self, exit: &syn::ExprBreak) -> Operand {
        let value = exit.expr.as_ref().map_or_else(Operand::unit, |value| self.expr(value));
        let Some((region, var)) = self.found(exit.label.as_ref()) else { return Operand::unit() };
        self.certain[var.0] |= self.is_certain(&value.target);
        self.leave(region, Some((var, value)))
    }

    pub(super) fn continued(&mut self, exit: &syn::ExprContinue) -> Operand {
        let Some((region, _)) = self.found(exit.label.as_ref()) else { return Operand::unit() };
        self.leave(region, None)
    }

    /// Lowers `expr?`.
    pub(super) fn question(&mut self, question: &syn::ExprTry) -> Operand {
        let value = self.expr(&question.expr);
        self.question_of(value, question.question_token.span())
    }

    /// Lowers `value?`.
    pub(super) fn question_of(&mut self, value: Operand, span: Span) -> Operand {
        let value = self.placed(value);
        let private = private_at(span);
        let names = ["there", "missing"].map(|name| self.fresh(name));
        let [there, missing] = &names;
        let outer = std::mem::take(&mut self.steps);
        let tail = match value.target {
            Target::Nothing => Operand::plain(quote!(#there)),
            of => {
                let var = self.var(there.clone(), false);
                self.steps.push(Step::Name { var, of });
                Operand { expr: there.clone().into(), target: Target::Var(var) }
            }
        };
        let present = Block { steps: std::mem::take(&mut self.steps), tail };
        let residual = quote_spanned!(span=> #private::returned_residual(#missing));
        let tail = self.give_back(Operand::plain(residual));
        let absent = Block { steps: std::mem::replace(&mut self.steps, outer), tail };
        let expr = value.expr;
        let scrutinee = quote_spanned!(span=> #private::Question::question(#expr));
        let patterns =
            vec![quote!(::core::result::Result::Ok(#there)), quote!(::core::result::Result::Err(#missing))];
        self.branch(vec![present, absent], Shape::Match(scrutinee, patterns))
    }

    /// Lowers `let pattern = value else { .. };` as a `match`.
    pub(super) fn let_else(&mut self, local: &syn::Local, otherwise: &Expr) {
        let Some(init) = &local.init else { return };
        if let Some(name) = inside_some(&local.pat)
            && let Some(module) = self.module_path(&init.expr)
        {
            return self.part_or_else(name, &init.expr, module, otherwise);
        }
        if inside_some(&local.pat).is_none()
            && is_part(self, &init.expr)
            && let Some(module) = self.module_path(&init.expr)
            && self.let_parts_else(&local.pat, &init.expr, &module, otherwise).is_some()
        {
            return;
        }
        let (pattern, ty) = match &local.pat {
            Pat::Type(typed) => ((*typed.pat).clone(), Some(&typed.ty)),
            pattern => (pattern.clone(), None),
        };
        let ((outer, values), inner) = (names_of(&pattern), without_mut(&pattern));
        let expr = &init.expr;
        let typed = ty.map(|ty| quote!(: #ty));
        let span = local.let_token.span();
        let statement: syn::Stmt = match typed {
            None => {
                parse_quote_spanned!(span=> let #outer = match #expr { #inner => #values, _ => #otherwise };)
            }
            Some(typed) => parse_quote_spanned! {span=>
                let #outer = { let value #typed = #expr; match value { #inner => #values, _ => #otherwise } };
            },
        };
        if let syn::Stmt::Local(local) = &statement {
            self.local(local);
        }
    }

    /// Lowers `let Some(name) = part else { .. };` for a part of the module.
    fn part_or_else(&mut self, name: &Ident, written: &Expr, module: ModulePath, otherwise: &Expr) {
        let outer = std::mem::take(&mut self.steps);
        let tail = self.expr(otherwise);
        let absent = Block { steps: std::mem::replace(&mut self.steps, outer), tail };
        let present = Block { steps: Vec::new(), tail: Operand::unit() };
        let (view, steps) = (&module.view, &module.steps);
        let _ = self.branch(vec![absent, present], Shape::If(vec![quote!(#view.is_none())]));
        let message = "the part that was found";
        let inside = hidden(name);
        let references = references(written);
        self.plain(quote! {
            let #inside = match #(#references)* #view {
                __Some(part) => part,
                __None => ::core::unreachable!(),
            };
        });
        let steps = quote!(#steps.clone().expect(#message)).into();
        let field = Some(inside.clone().into());
        let part =
            ModulePath { view: inside.into(), steps, references: 1, field, element_of: None, ty: None };
        self.scope.bind(name, Binding::Module(part));
    }

    /// Lowers `loop { .. }`.
    pub(super) fn endless(&mut self, inner: &syn::ExprLoop) -> Operand {
        let var = self.temporary(false);
        self.iterate(inner.loop_token.span(), &inner.label, var, true, |this| {
            (quote!(loop), this.block(&inner.body))
        });
        if self.steps.last().is_some_and(Step::diverges) {
            return Operand::unit();
        }
        Operand { expr: var.value().into(), target: Target::Var(var) }
    }

    /// Lowers a loop whose head and body are returned by `lower`.
    pub(super) fn iterate(
        &mut self,
        span: Span,
        label: &Option<Label>,
        var: Var,
        is_endless: bool,
        lower: impl FnOnce(&mut Self) -> (proc_macro2::TokenStream, Block),
    ) {
        self.scope.enter();
        let outer = std::mem::take(&mut self.loop_indices);
        let label = label.as_ref().map(|label| label.name.clone());
        let (region, _) = self.enter(var, label, true, false);
        let (head, body) = lower(self);
        self.around.pop();
        let indices = std::mem::replace(&mut self.loop_indices, outer);
        self.scope.leave();
        self.steps.push(Step::Loop(Loop { var, region, span, head, indices, body, is_endless }));
    }

    /// Lowers a block, which `break` may leave if it has a label.
    pub(super) fn labelled(&mut self, block: &syn::ExprBlock) -> Operand {
        let Some(label) = &block.label else {
            let arms = vec![self.block(&block.block)];
            return self.branch(arms, Shape::Block);
        };
        let var = self.temporary(false);
        let (region, _) = self.enter(var, Some(label.name.clone()), false, false);
        let inside = self.block(&block.block);
        self.around.pop();
        let is_left = inside.ways().iter().any(|way| way.region == region);
        if !is_left {
            return self.branch(vec![inside], Shape::Block);
        }
        self.certain[var.0] |= self.is_certain(&inside.tail.target);
        self.steps.push(Step::Branch(crate::differentiable::model::Branch {
            var,
            region: Some(region),
            arms: vec![inside],
            shape: Shape::Block,
        }));
        Operand { expr: var.value().into(), target: Target::Var(var) }
    }

    /// Lowers `while let pattern = value { .. }` whose value carries a gradient, as a `loop`.
    pub(super) fn while_let(&mut self, inner: &syn::ExprWhile) -> Operand {
        let (label, condition, body) = (&inner.label, &inner.cond, &inner.body);
        let span = inner.while_token.span();
        let otherwise = quote_spanned!(span=> break);
        let whole: Expr =
            parse_quote_spanned!(span=> #label loop { if #condition #body else { #otherwise } });
        match &whole {
            Expr::Loop(inner) => {
                let _ = self.endless(inner);
                Operand::unit()
            }
            other => self.unsupported(other),
        }
    }
}

/// The names that a pattern binds, as a pattern and as a value.
pub(super) fn names_of(pattern: &Pat) -> (Pat, Expr) {
    let mut names = Names(Vec::new());
    crate::visit::Visit::visit_pat(&mut names, pattern);
    let values: Vec<_> = names.0.iter().map(|name| &name.ident).collect();
    match (&names.0[..], &values[..]) {
        ([name], [value]) => (Pat::Ident(name.clone()), parse_quote!(#value)),
        (names, values) => (parse_quote!((#(#names,)*)), parse_quote!((#(#values,)*))),
    }
}

/// The same pattern with names that are not `mut`, unless they are bound by reference.
pub(super) fn without_mut(pattern: &Pat) -> Pat {
    let mut pattern = pattern.clone();
    crate::visit_mut::VisitMut::visit_pat_mut(&mut Fixed, &mut pattern);
    pattern
}

/// The names in a pattern, each once.
struct Names(Vec<syn::PatIdent>);

impl<'ast> crate::visit::Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
        let is_constant = name.subpat.is_none() && name.ident.to_string().starts_with(char::is_uppercase);
        // In each alternative, a name is the same.
        let is_known = self.0.iter().any(|known| known.ident == name.ident);
        if !is_constant && !is_known {
            let mut plain = name.clone();
            (plain.by_ref, plain.subpat) = (None, None);
            self.0.push(plain);
        }
        crate::visit::visit_pat_ident(self, name);
    }

    fn visit_expr(&mut self, _: &'ast Expr) {}
}

/// Removes `mut` from the names of a pattern, unless they are bound by reference.
struct Fixed;

impl crate::visit_mut::VisitMut for Fixed {
    fn visit_pat_ident_mut(&mut self, name: &mut syn::PatIdent) {
        if name.by_ref.is_none() {
            name.mutability = None;
        }
        crate::visit_mut::visit_pat_ident_mut(self, name);
    }

    fn visit_expr_mut(&mut self, _: &mut Expr) {}
}

/// Whether an expression leaves something around it: by `return`, `?`, or a `break` or `continue` of an outer loop.
pub(super) fn leaves(expr: &Expr) -> bool {
    let mut leaves = Leaves::default();
    crate::visit::Visit::visit_expr(&mut leaves, expr);
    leaves.found
}

#[derive(Default)]
struct Leaves {
    /// The labels within the expression.
    labels: Vec<Lifetime>,
    /// The number of loops around the current expression, within it.
    loops: usize,
    found: bool,
}

impl Leaves {
    fn within(&mut self, label: Option<&Label>, is_loop: bool, visit: impl FnOnce(&mut Self)) {
        let known = self.labels.len();
        self.labels.extend(label.map(|label| label.name.clone()));
        self.loops += usize::from(is_loop);
        visit(self);
        self.loops -= usize::from(is_loop);
        self.labels.truncate(known);
    }

    fn exit(&mut self, label: Option<&Lifetime>) {
        self.found |= match label {
            Some(label) => !self.labels.contains(label),
            None => self.loops == 0,
        };
    }
}

impl<'ast> crate::visit::Visit<'ast> for Leaves {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        use crate::visit::visit_expr;
        match expr {
            Expr::Closure(_) | Expr::Async(_) => {}
            Expr::Return(_) | Expr::Try(_) => self.found = true,
            Expr::Break(exit) => {
                self.exit(exit.label.as_ref());
                visit_expr(self, expr);
            }
            Expr::Continue(exit) => self.exit(exit.label.as_ref()),
            Expr::ForLoop(inner) => self.within(inner.label.as_ref(), true, |this| visit_expr(this, expr)),
            Expr::While(inner) => self.within(inner.label.as_ref(), true, |this| visit_expr(this, expr)),
            Expr::Loop(inner) => self.within(inner.label.as_ref(), true, |this| visit_expr(this, expr)),
            Expr::Block(inner) => self.within(inner.label.as_ref(), false, |this| visit_expr(this, expr)),
            expr => visit_expr(self, expr),
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
