//! Parts of the module that a branch chooses, or that are listed: `if deep { &self.a } else { &self.b }`, `[&self.a, &self.b]`.

use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::{Block, Expr, ExprClosure, ExprMethodCall, Pat, Stmt, parse_quote};

use super::branch::{inside_some, is_some};
use super::expression::itself;
use super::module_path::is_part;
use super::{Lower, alternatives, free};
use crate::differentiable::mentions;
use crate::differentiable::model::{Block as Arm, Operand, Shape, Step};
use crate::differentiable::scope::{Binding, ModulePath};
use crate::differentiable::tokens::Tokens;

/// Whether an expression lists parts of the module, or is a branch that chooses one of them.
pub(super) fn is_choice(lower: &Lower<'_>, expr: &Expr) -> bool {
    match expr {
        Expr::Array(_) | Expr::Macro(_) => {
            let parts = listed(expr).unwrap_or_default();
            let are_options = parts.iter().any(|part| is_option(lower, part));
            let is_one = |part: &Expr| match are_options {
                true => may_be_option(lower, part),
                false => is_lent(lower, part),
            };
            !parts.is_empty() && parts.iter().all(is_one)
        }
        Expr::If(_) | Expr::Match(_) => {
            let mut ends = Vec::new();
            ends_of(expr, None, &mut ends);
            if ends.iter().any(|end| is_option(lower, end.value)) {
                return ends.iter().all(|end| may_be_option(lower, end.value));
            }
            let is_named = |end: &End<'_>| end.from.is_some_and(|from| lends(lower, from));
            // Others may be names that a pattern binds, or leave.
            let is_possible = |end: &End<'_>| match end.value {
                Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
                Expr::Path(path) => {
                    is_named(end)
                        || is_lent(lower, end.value)
                        || path
                            .path
                            .get_ident()
                            .is_some_and(|name| lower.scope.get(&name.to_string()).is_none())
                }
                value => is_lent(lower, value),
            };
            ends.iter().any(|end| is_named(end) || is_lent(lower, end.value)) && ends.iter().all(is_possible)
        }
        Expr::MethodCall(call) => {
            or_other(call).is_some_and(|(option, other)| is_option(lower, &option) && is_lent(lower, &other))
                || chooses_option(lower, call)
        }
        Expr::Call(_) => is_option(lower, expr),
        _ => false,
    }
}

/// Whether an expression is an option of a reference to a part of the module that is found where it is written, as `Some(&self.part)`.
fn is_option(lower: &Lower<'_>, expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => is_option(lower, &inner.expr),
        Expr::Call(_) => some_of(expr).is_some_and(|part| is_lent(lower, part)),
        Expr::MethodCall(call) => chooses_option(lower, call) || lends(lower, expr),
        _ => false,
    }
}

/// Whether a call chooses one of two such options, as `self.first.as_ref().or(self.layers.last())`.
fn chooses_option(lower: &Lower<'_>, call: &ExprMethodCall) -> bool {
    if let Some(part) = then_part(call) {
        return is_lent(lower, &part);
    }
    if let Some((option, _)) = filtered(call) {
        return is_option(lower, option);
    }
    or_option(call).is_some_and(|(option, other)| {
        [&option, &other].iter().all(|side| !is_none(side) && may_be_option(lower, side))
    })
}

/// Whether an expression is an option of a reference to a part of the module, if others beside it are. A name may be one.
fn may_be_option(lower: &Lower<'_>, expr: &Expr) -> bool {
    is_option(lower, expr) || is_none(expr) || matches!(expr, Expr::Path(_)) && is_part(lower, expr)
}

/// What is inside of `Some(..)`.
fn some_of(expr: &Expr) -> Option<&Expr> {
    let Expr::Call(some) = expr else { return None };
    let is_some = matches!(&*some.func, Expr::Path(path) if is_some(&path.path));
    some.args.first().filter(|_| is_some && some.args.len() == 1)
}

fn is_none(expr: &Expr) -> bool {
    matches!(expr, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "None"))
}

/// What is inside of `condition.then_some(part)` and `condition.then(|| part)`.
fn then_part(call: &ExprMethodCall) -> Option<Expr> {
    let first = call.args.first().filter(|_| call.args.len() == 1)?;
    match (&*call.method.to_string(), first) {
        ("then_some", part) => Some(part.clone()),
        ("then", Expr::Closure(closure)) if closure.inputs.is_empty() => Some((*closure.body).clone()),
        _ => None,
    }
}

/// The option in `option.filter(|part| ..)`, and the closure.
fn filtered(call: &ExprMethodCall) -> Option<(&Expr, &ExprClosure)> {
    match call.args.first() {
        Some(Expr::Closure(closure)) if call.method == "filter" && closure.inputs.len() == 1 => {
            Some((&call.receiver, closure))
        }
        _ => None,
    }
}

/// The condition under which a closure keeps a part of this name.
fn keeps(closure: &ExprClosure, part: &Ident) -> Option<Expr> {
    let mut condition = (*closure.body).clone();
    match closure.inputs.first()? {
        Pat::Wild(_) => {}
        Pat::Ident(name) if name.subpat.is_none() => {
            let in_macros = free::replace(&mut condition, &mut |used| {
                (*used == name.ident).then(|| parse_quote!((&#part)))
            });
            if in_macros.contains(&name.ident) {
                return None;
            }
        }
        _ => return None,
    }
    Some(condition)
}

/// The options in `option.or(other)` and `option.or_else(|| other)`.
fn or_option(call: &ExprMethodCall) -> Option<(Expr, Expr)> {
    let first = call.args.first().filter(|_| call.args.len() == 1)?;
    match (&*call.method.to_string(), first) {
        ("or", other) => Some(((*call.receiver).clone(), other.clone())),
        ("or_else", Expr::Closure(closure)) if closure.inputs.is_empty() => {
            Some(((*call.receiver).clone(), (*closure.body).clone()))
        }
        _ => None,
    }
}

/// The option in `option.unwrap_or(other)` and its like, such as `option.or(Some(other)).unwrap()`, and what stands for it otherwise.
fn or_other(call: &ExprMethodCall) -> Option<(Expr, Expr)> {
    let called = |function: &Expr| match function {
        Expr::Closure(closure) if closure.inputs.is_empty() => Some((*closure.body).clone()),
        _ => None,
    };
    let first = call.args.first();
    match (&*call.method.to_string(), call.args.len()) {
        ("unwrap_or", 1) => Some(((*call.receiver).clone(), first?.clone())),
        ("unwrap_or_else", 1) => Some(((*call.receiver).clone(), called(first?)?)),
        ("unwrap", 0) | ("expect", 1) => {
            let Expr::MethodCall(both) = itself(&call.receiver) else { return None };
            let other = match (&*both.method.to_string(), both.args.first()?) {
                ("or", other) => other.clone(),
                ("or_else", function) => called(function)?,
                _ => return None,
            };
            let other = match &other {
                some if let Some(part) = some_of(some) => part.clone(),
                _ => {
                    let receiver = Box::new(other);
                    Expr::MethodCall(ExprMethodCall { receiver, ..call.clone() })
                }
            };
            Some(((*both.receiver).clone(), other))
        }
        _ => None,
    }
}

/// The elements of an array or of `vec![..]`.
fn listed(expr: &Expr) -> Option<Vec<Expr>> {
    match expr {
        Expr::Array(list) => Some(list.elems.iter().cloned().collect()),
        Expr::Macro(mac) => mentions::elements_of_vec(&mac.mac),
        _ => None,
    }
}

/// Whether an expression is a reference to a part of the module.
pub(super) fn is_lent(lower: &Lower<'_>, expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => is_lent(lower, &inner.expr),
        Expr::Reference(inner) => inner.mutability.is_none() && is_part(lower, &inner.expr),
        Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
            matches!(lower.scope.get(&name.to_string()), Some(Binding::Module(module)) if module.references > 0)
        }),
        Expr::MethodCall(call) => {
            ((call.method == "unwrap" || call.method == "expect") && lends(lower, &call.receiver))
                || is_choice(lower, expr)
        }
        _ => false,
    }
}

/// Whether an expression is an option of a reference to a part of the module.
fn lends(lower: &Lower<'_>, option: &Expr) -> bool {
    match option {
        Expr::Paren(inner) => lends(lower, &inner.expr),
        Expr::Reference(inner) => inner.mutability.is_none() && is_part(lower, &inner.expr),
        Expr::MethodCall(call) => {
            let method = call.method.to_string();
            lower.searched_parts(call).is_some()
                || ["as_ref", "first", "get", "last"].contains(&&*method) && is_part(lower, option)
        }
        _ => false,
    }
}

/// The last expression of a branch.
struct End<'e> {
    value: &'e Expr,
    /// What a pattern takes it from.
    from: Option<&'e Expr>,
}

impl<'e> End<'e> {
    fn new(value: &'e Expr, taken: Option<(&'e Pat, &'e Expr)>) -> Self {
        let is_name = |pattern: &Pat| match (value, inside_some(pattern)) {
            (Expr::Path(path), Some(name)) => path.path.is_ident(name),
            _ => false,
        };
        End { value, from: taken.filter(|(pattern, _)| is_name(pattern)).map(|(_, from)| from) }
    }
}

/// Collects the last expressions of a branch. A block with statements is none, since they may bind names.
fn ends_of<'e>(expr: &'e Expr, taken: Option<(&'e Pat, &'e Expr)>, ends: &mut Vec<End<'e>>) {
    match expr {
        Expr::If(branch) => {
            let taken = match &*branch.cond {
                Expr::Let(binding) => Some((&*binding.pat, &*binding.expr)),
                _ => None,
            };
            ends.push(End::new(end_of(&branch.then_branch).unwrap_or(expr), taken));
            match &branch.else_branch {
                Some((_, other)) => ends_of(other, None, ends),
                None => ends.push(End::new(expr, None)),
            }
        }
        Expr::Match(branch) => {
            branch.arms.iter().for_each(|arm| ends_of(&arm.body, Some((&arm.pat, &branch.expr)), ends));
        }
        Expr::Block(inner) if inner.label.is_none() => {
            ends.push(End::new(end_of(&inner.block).unwrap_or(expr), taken));
        }
        expr => ends.push(End::new(expr, taken)),
    }
}

fn end_of(block: &Block) -> Option<&Expr> {
    match &block.stmts[..] {
        [Stmt::Expr(end, None)] => Some(end),
        _ => None,
    }
}

impl Lower<'_> {
    /// Returns the part that such an expression chooses, or the list of the parts.
    pub(super) fn chosen_part(&mut self, expr: &Expr) -> Option<ModulePath> {
        if let Some(list) = listed(expr) {
            let parts: Vec<_> = list.iter().map(|element| self.lent_end(element)).collect::<Option<_>>()?;
            let (views, steps): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
            return Some(ModulePath {
                view: quote!([#(#views),*]).into(),
                steps: quote!(.__chosen(|gradient| [#(__Clone::clone(&gradient #steps)),*])).into(),
                references: 0,
                field: None,
                element_of: None,
                ty: None,
            });
        }
        if let Expr::Call(_) = expr {
            let (view, steps) = self.lent_end(expr)?;
            return Some(ModulePath { view, steps, references: 0, field: None, element_of: None, ty: None });
        }
        if let Expr::MethodCall(call) = expr {
            if let Some(part) = then_part(call) {
                let condition = &call.receiver;
                return self.chosen_part(&parse_quote!(if #condition { Some(#part) } else { None }));
            }
            let part = self.fresh("part");
            if let Some((option, closure)) = filtered(call) {
                let condition = keeps(closure, &part)?;
                return self.chosen_part(
                    &parse_quote!(match #option { Some(#part) if #condition => Some(#part), _ => None }),
                );
            }
            if let Some((option, other)) = or_option(call) {
                return self.chosen_part(
                    &parse_quote!(match #option { Some(#part) => Some(#part), None => #other }),
                );
            }
            let (option, other) = or_other(call)?;
            return self.chosen_part(&parse_quote!(match #option { Some(#part) => #part, None => #other }));
        }
        let mut choices = Vec::new();
        let (mut arms, shape) = self.arms_of(expr, &mut choices)?;
        // The indices in an arm are kept for the backward pass outside of it.
        let indices: Vec<_> = arms.iter_mut().flat_map(|arm| self.outside(arm)).collect();
        for (index, _) in &indices {
            self.plain(quote!(let mut #index: ::core::primitive::usize = 0;));
        }
        let chosen = self.branch(arms, shape).expr;
        let (part, which) = (self.fresh("part"), self.index());
        self.plain(quote!(let (#part, #which) = #chosen;));
        self.steps.push(Step::Index { name: which.clone(), value: which.clone().into() });
        for (index, name) in indices {
            self.steps.push(Step::Index { name, value: index.into() });
        }
        let (last, others) = choices.split_last()?;
        let numbers = 0..others.len();
        let steps = quote! {
            .__chosen(|gradient| match #which {
                #(#numbers => __Clone::clone(&gradient #others),)*
                _ => __Clone::clone(&gradient #last),
            })
        };
        Some(ModulePath {
            view: part.into(),
            steps: steps.into(),
            references: 1,
            field: None,
            element_of: None,
            ty: None,
        })
    }

    /// Assigns the indices in an arm to variables outside of it, and returns these, each with the name of its index.
    fn outside(&mut self, arm: &mut Arm) -> Vec<(Ident, Ident)> {
        let mut indices = Vec::new();
        for step in &mut arm.steps {
            if let Step::Index { name, value } = step {
                let index = self.fresh("index");
                indices.push((index.clone(), name.clone()));
                *step = Step::Plain(quote!(#index = #value; let #name = #index;));
            }
        }
        indices
    }

    /// A reference to a part as written, and the path to the part from the gradient's view.
    fn lent(&mut self, expr: &Expr) -> Option<(Tokens, Tokens)> {
        let references = super::branch::references(expr);
        let module = self.module_path(expr)?;
        let view = &module.view;
        Some((quote!(#(#references)* #view).into(), module.steps))
    }

    /// As [`lent`](Self::lent), of a part or an option of one at the end of an arm.
    fn lent_end(&mut self, end: &Expr) -> Option<(Tokens, Tokens)> {
        if is_none(end) {
            return Some((quote!(None).into(), quote!(.__chosen(|_| None)).into()));
        }
        let Some(part) = some_of(end) else { return self.lent(end) };
        let (view, steps) = self.lent(part)?;
        let steps = quote!(.__chosen(|gradient| Some(__Clone::clone(&gradient #steps))));
        Some((quote!(Some(#view)).into(), steps.into()))
    }

    /// The arms of a branch, each of which returns a part and its number in `choices`.
    fn arms_of(&mut self, expr: &Expr, choices: &mut Vec<Tokens>) -> Option<(Vec<Arm>, Shape)> {
        match expr {
            Expr::If(branch) => {
                let (mut conditions, mut arms, mut next) = (Vec::new(), Vec::new(), branch);
                loop {
                    self.scope.enter();
                    conditions.push(self.condition(&next.cond, conditions.is_empty()));
                    let arm = end_of(&next.then_branch).and_then(|end| self.arm(end, choices));
                    self.scope.leave();
                    arms.push(arm?);
                    match &*next.else_branch.as_ref()?.1 {
                        Expr::If(inner) => next = inner,
                        Expr::Block(inner) => {
                            arms.push(self.arm(end_of(&inner.block)?, choices)?);
                            return Some((arms, Shape::If(conditions)));
                        }
                        _ => return None,
                    }
                }
            }
            Expr::Match(branch) => {
                let (choice, chosen) = self.choice(&branch.expr, true);
                let split = alternatives::in_arms(branch);
                let (mut patterns, mut arms) = (Vec::new(), Vec::new());
                for arm in &split.as_ref().unwrap_or(branch).arms {
                    self.scope.enter();
                    patterns.push(self.bind_choice(&chosen, &arm.pat));
                    let end = match &*arm.body {
                        Expr::Block(inner) => end_of(&inner.block),
                        end => Some(end),
                    };
                    let arm = end.and_then(|end| self.arm(end, choices));
                    self.scope.leave();
                    arms.push(arm?);
                }
                Some((arms, Shape::Match(choice, patterns)))
            }
            _ => None,
        }
    }

    fn arm(&mut self, end: &Expr, choices: &mut Vec<Tokens>) -> Option<Arm> {
        let bound = std::mem::take(&mut self.bound);
        let outer = std::mem::replace(&mut self.steps, bound);
        let tail = if let Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) = end {
            Some(self.expr(end))
        } else {
            self.lent_end(end).map(|(view, steps)| {
                let number = choices.len();
                choices.push(steps);
                Operand::plain(quote!((#view, #number)))
            })
        };
        let steps = std::mem::replace(&mut self.steps, outer);
        if tail.is_none() {
            self.errors.at(
                end.to_token_stream(),
                "a branch that chooses a part of the module ends in `&self.part` in each arm; call the part where it is chosen",
            );
        }
        Some(Arm { steps, tail: tail.unwrap_or_else(Operand::unit) })
    }
}
