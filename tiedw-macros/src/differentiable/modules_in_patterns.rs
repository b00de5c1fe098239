//! Patterns of modules inside of others: `if let Some(Lora { a, b }) = &self.lora { .. }` is read as
//! `if let Some(lora) = &self.lora { let Lora { a, b } = lora; .. }`.

use proc_macro2::Span;
use quote::format_ident;
use syn::{
    BinOp, Block, Expr, ExprBlock, Ident, ImplItem, Item, ItemImpl, Local, Pat, PatStruct, Stmt, Type,
    parse_quote, parse_quote_spanned,
};

use super::declared;
use super::lower::{alternatives, free};
use crate::visit::{self, Visit};
use crate::visit_mut::{self, VisitMut};

/// Replaces such patterns in the methods of a block.
pub(super) fn replace(block: &mut ItemImpl) {
    if !matches!(&*block.self_ty, Type::Path(_)) {
        return;
    }
    let mut patterns = Patterns { at: block.impl_token.span, is_method: false, count: 0 };
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member {
            patterns.is_method = function.sig.receiver().is_some();
            patterns.visit_block_mut(&mut function.block);
        }
    }
}

/// Whether a name stands for a module that a pattern takes apart.
pub(super) fn is_taken(name: &Ident) -> bool {
    name.to_string().starts_with(TAKEN)
}

const TAKEN: &str = "__taken";

struct Patterns {
    /// A token beside which the modules may be defined.
    at: Span,
    /// Whether the function has a `self`, so that modules in it are parts of that.
    is_method: bool,
    count: usize,
}

/// A module that a pattern takes apart: its name, and the pattern.
struct Taken {
    name: Ident,
    pattern: PatStruct,
}

impl Taken {
    fn apart(&self) -> Stmt {
        let Taken { name, pattern } = self;
        let span = pattern.path.segments[0].ident.span();
        parse_quote_spanned!(span=> let #pattern = #name;)
    }

    /// The names that the pattern binds, with the field that each stands for; `None` if one is inside of another pattern.
    fn fields(&self) -> Option<Vec<(Ident, Expr)>> {
        let name = &self.name;
        fields_of(&self.pattern, &parse_quote!(#name))
    }
}

fn fields_of(pattern: &PatStruct, whole: &Expr) -> Option<Vec<(Ident, Expr)>> {
    let mut names = Vec::new();
    for field in &pattern.fields {
        let member = &field.member;
        match &*field.pat {
            Pat::Ident(name) if name.subpat.is_none() => {
                names.push((name.ident.clone(), parse_quote!((&#whole.#member))));
            }
            Pat::Struct(inner) => names.extend(fields_of(inner, &parse_quote!(#whole.#member))?),
            Pat::Wild(_) => {}
            _ => return None,
        }
    }
    Some(names)
}

/// Replaces the names that patterns bind in a condition after them; `None` if one of them stays, which would mean another variable.
fn replace_names(taken: &[Taken], condition: &mut Expr) -> Option<()> {
    let fields: Vec<_> = taken.iter().map(Taken::fields).collect::<Option<_>>()?;
    let fields: Vec<_> = fields.into_iter().flatten().collect();
    let field = |name: &Ident| fields.iter().rev().find(|(field, _)| field == name);
    let in_macros = free::replace(condition, &mut |name| field(name).map(|(_, part)| part.clone()));
    in_macros.iter().all(|name| field(name).is_none()).then_some(())
}

impl VisitMut for Patterns {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let stmts = std::mem::take(&mut block.stmts);
        for mut stmt in stmts {
            let mut after = Vec::new();
            if let Stmt::Local(Local { pat, init: Some(init), .. }) = &mut stmt {
                match pat {
                    Pat::Struct(whole)
                        if init.diverge.is_some() || !self.takes_computed(whole, &mut init.expr) => {}
                    pat => self.name(pat, &mut after),
                }
            }
            block.stmts.push(stmt);
            block.stmts.extend(after.iter().map(Taken::apart));
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::If(branch) => {
                let taken = self.named_in_condition(&mut branch.cond);
                branch.then_branch.stmts.splice(..0, taken.iter().map(Taken::apart));
            }
            Expr::While(inner) => {
                let taken = self.named_in_condition(&mut inner.cond);
                inner.body.stmts.splice(..0, taken.iter().map(Taken::apart));
            }
            Expr::ForLoop(inner) => {
                let mut taken = Vec::new();
                self.name(&mut inner.pat, &mut taken);
                inner.body.stmts.splice(..0, taken.iter().map(Taken::apart));
            }
            Expr::Match(branch) => {
                if branch.arms.iter().any(|arm| self.has_module_in_alternatives(&arm.pat))
                    && let Some(split) = alternatives::in_arms(branch)
                {
                    *branch = split;
                }
                for arm in &mut branch.arms {
                    self.name_before_expr([&mut arm.pat], &mut arm.body);
                }
            }
            Expr::Closure(closure) => self.name_before_expr(&mut closure.inputs, &mut closure.body),
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    // The functions of an item have their own `self`.
    fn visit_item_mut(&mut self, _: &mut Item) {}
}

impl Patterns {
    /// Whether a `let` takes apart a module that is no field of `self` and has no name, or is given by value.
    fn takes_computed(&self, pattern: &PatStruct, init: &mut Expr) -> bool {
        if !self.is_method || !self.is_module(pattern) {
            return false;
        }
        let is_place = matches!(init, Expr::Field(_) | Expr::Index(_));
        let is_borrowed =
            |field: &syn::FieldPat| matches!(&*field.pat, Pat::Ident(name) if name.by_ref.is_some());
        match init {
            _ if is_place && pattern.fields.iter().all(is_borrowed) => {
                *init = parse_quote!(&#init);
                true
            }
            Expr::Reference(inner) => !starts_at_field(&inner.expr),
            Expr::Path(_) => false,
            _ => !is_place,
        }
    }

    /// Names modules in a condition, in each `let` of a chain of them.
    fn named_in_condition(&mut self, condition: &mut Expr) -> Vec<Taken> {
        let (mut named, mut taken) = (condition.clone(), Vec::new());
        match self.name_in_condition(&mut named, &mut taken) {
            Some(()) => *condition = named,
            None => taken.clear(),
        }
        taken
    }

    fn name_in_condition(&mut self, condition: &mut Expr, taken: &mut Vec<Taken>) -> Option<()> {
        match condition {
            Expr::Let(binding) => {
                replace_names(taken, &mut binding.expr)?;
                self.name(&mut binding.pat, taken);
                Some(())
            }
            Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
                self.name_in_condition(&mut both.left, taken)?;
                self.name_in_condition(&mut both.right, taken)
            }
            other => replace_names(taken, other),
        }
    }

    fn name_before_expr<'p>(&mut self, patterns: impl IntoIterator<Item = &'p mut Pat>, body: &mut Expr) {
        let mut taken = Vec::new();
        patterns.into_iter().for_each(|pattern| self.name(pattern, &mut taken));
        let lets = taken.iter().map(Taken::apart);
        match body {
            _ if taken.is_empty() => {}
            Expr::Block(ExprBlock { block, label: None, .. }) => {
                block.stmts.splice(..0, lets);
            }
            body => *body = parse_quote!({ #(#lets)* #body }),
        }
    }

    /// Gives each module in a pattern a name.
    fn name(&mut self, pattern: &mut Pat, taken: &mut Vec<Taken>) {
        match pattern {
            Pat::Struct(whole) if self.is_module(whole) => {
                self.count += 1;
                let span = whole.path.segments[0].ident.span();
                let name = format_ident!("{TAKEN}{}", self.count, span = Span::mixed_site().located_at(span));
                let whole = whole.clone();
                *pattern = parse_quote!(#name);
                taken.push(Taken { name, pattern: whole });
            }
            Pat::Guard(guarded) => {
                let (before, mut named) = (taken.len(), guarded.clone());
                self.name(&mut named.pat, taken);
                match replace_names(&taken[before..], &mut named.guard) {
                    Some(()) => *guarded = named,
                    None => taken.truncate(before),
                }
            }
            Pat::Paren(inner) => self.name(&mut inner.pat, taken),
            Pat::Reference(inner) => self.name(&mut inner.pat, taken),
            Pat::Type(typed) => self.name(&mut typed.pat, taken),
            Pat::Tuple(parts) => parts.elems.iter_mut().for_each(|part| self.name(part, taken)),
            Pat::TupleStruct(parts) => parts.elems.iter_mut().for_each(|part| self.name(part, taken)),
            Pat::Slice(parts) => parts.elems.iter_mut().for_each(|part| self.name(part, taken)),
            _ => {}
        }
    }

    fn is_module(&self, pattern: &PatStruct) -> bool {
        match pattern.path.get_ident() {
            Some(name) => declared::names_module(name, self.at),
            None => false,
        }
    }

    /// Whether a pattern has alternatives of which one takes a module apart.
    fn has_module_in_alternatives(&self, pattern: &Pat) -> bool {
        struct Modules<'p> {
            patterns: &'p Patterns,
            is_inside: bool,
            found: bool,
        }
        impl<'ast> Visit<'ast> for Modules<'_> {
            fn visit_pat(&mut self, pattern: &'ast Pat) {
                let outer = self.is_inside;
                self.is_inside |= matches!(pattern, Pat::Or(_));
                self.found |=
                    self.is_inside && matches!(pattern, Pat::Struct(whole) if self.patterns.is_module(whole));
                visit::visit_pat(self, pattern);
                self.is_inside = outer;
            }

            fn visit_expr(&mut self, _: &'ast Expr) {}
        }
        let mut modules = Modules { patterns: self, is_inside: false, found: false };
        modules.visit_pat(pattern);
        modules.found
    }
}

/// Whether an expression is a field of `self`, also of an element at a literal index.
fn starts_at_field(expr: &Expr) -> bool {
    match expr {
        Expr::Field(field) => starts_at_field(&field.base),
        Expr::Path(path) => path.path.is_ident("self"),
        Expr::Index(access) => matches!(*access.index, Expr::Lit(_)) && starts_at_field(&access.expr),
        _ => false,
    }
}
