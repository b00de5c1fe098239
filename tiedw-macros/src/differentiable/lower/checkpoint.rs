//! `#[checkpoint]`: code that keeps only what it uses, and runs forward again in the backward pass.

use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::spanned::Spanned;
use syn::{Attribute, Block, Expr, Local, Stmt};

use super::Lower;
use super::borrows::{Variables, borrows, can_be_kept};
use super::shown::captures;
use crate::differentiable::hidden::hidden;
use crate::differentiable::model::{self, Checkpoint, Operand, Step, Target, Used};
use crate::differentiable::scope::Binding;
use crate::differentiable::this::is_self;

/// Whether `#[checkpoint]` is among the attributes.
pub(in crate::differentiable) fn is_marked(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("checkpoint"))
}

/// The attributes of an expression that may be marked.
pub(in crate::differentiable) fn attributes(expr: &Expr) -> &[Attribute] {
    match expr {
        Expr::ForLoop(inner) => &inner.attrs,
        Expr::While(inner) => &inner.attrs,
        Expr::Loop(inner) => &inner.attrs,
        Expr::Block(inner) => &inner.attrs,
        Expr::If(inner) => &inner.attrs,
        Expr::Match(inner) => &inner.attrs,
        Expr::Assign(inner) => &inner.attrs,
        Expr::Binary(inner) => &inner.attrs,
        Expr::Call(inner) => &inner.attrs,
        Expr::MethodCall(inner) => &inner.attrs,
        _ => &[],
    }
}

/// Returns a block without marks, as rustc compiles it in the method.
pub(in crate::differentiable) fn without_marks(block: &Block) -> Block {
    struct Unmarked;
    impl VisitMut for Unmarked {
        fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
            attributes.retain(|attribute| !attribute.path().is_ident("checkpoint"));
        }

        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            if let Expr::Block(inner) = expr
                && is_marked(&inner.attrs)
            {
                // The braces say what the mark is of, so rustc must not call them unnecessary.
                let span = inner.block.brace_token.span.join();
                inner.block.brace_token = syn::token::Brace(Span::call_site().located_at(span));
            }
            visit_mut::visit_expr_mut(self, expr);
        }

        fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    }
    let mut block = block.clone();
    Unmarked.visit_block_mut(&mut block);
    block
}

/// Binds the value of a marked expression that ends a block, as in `{ #[checkpoint] self.deep(&x) }`.
pub(in crate::differentiable) fn with_bound_ends(block: &Block) -> Block {
    struct Ends;
    impl VisitMut for Ends {
        fn visit_block_mut(&mut self, block: &mut Block) {
            visit_mut::visit_block_mut(self, block);
            let Some(Stmt::Expr(expr, None)) = block.stmts.last() else { return };
            let is_loop = matches!(expr, Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_));
            if is_loop || !is_marked(attributes(expr)) {
                return;
            }
            let (name, value) = (Ident::new("__checkpoint", Span::mixed_site()), unmarked(expr));
            block.stmts.pop();
            block.stmts.extend([syn::parse_quote!(#[checkpoint] let #name = #value;)]);
            block.stmts.push(Stmt::Expr(syn::parse_quote!(#name), None));
        }

        fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    }
    let mut block = block.clone();
    Ends.visit_block_mut(&mut block);
    block
}

fn unmarked(expr: &Expr) -> Expr {
    struct First;
    impl VisitMut for First {
        fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
            attributes.retain(|attribute| !attribute.path().is_ident("checkpoint"));
        }

        fn visit_block_mut(&mut self, _: &mut Block) {}
    }
    let mut expr = expr.clone();
    visit_mut::visit_expr_mut(&mut First, &mut expr);
    expr
}

impl Lower<'_> {
    /// Lowers a marked statement; returns whether it was one.
    pub(super) fn marked(&mut self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Local(local) if is_marked(&local.attrs) => {
                let Some(init) = &local.init else { return false };
                let value = self.checkpoint(&init.expr, init.expr.span(), true);
                let var = self.temporary(self.is_certain(&value.target));
                let name = self.fresh("checkpoint");
                let out = model::Out::Var(var);
                self.names[var.0] = hidden(&name);
                self.scope.bind(&name, Binding::Var(var));
                self.steps.push(Step::Bind { pattern: hidden(&name).into(), out, value });
                let mut plain: Local = local.clone();
                plain.attrs.retain(|attribute| !attribute.path().is_ident("checkpoint"));
                if let Some(init) = &mut plain.init {
                    init.expr = syn::parse_quote!(#name);
                }
                self.local(&plain);
                true
            }
            Stmt::Expr(expr, _) if is_marked(attributes(expr)) => {
                let mut expr = unmarked(expr);
                // Of a loop, each iteration is a checkpoint.
                let body = match &mut expr {
                    Expr::ForLoop(inner) => Some(&mut inner.body),
                    Expr::While(inner) => Some(&mut inner.body),
                    Expr::Loop(inner) => Some(&mut inner.body),
                    _ => None,
                };
                if let Some(body) = body {
                    let inside = body.clone();
                    *body = syn::parse_quote!({ #[checkpoint] #inside });
                    let value = self.expr(&expr);
                    let value = value.expr;
                    self.plain(quote::quote!(let _ = #value;));
                } else {
                    let value = self.checkpoint(&expr, expr.span(), true);
                    let value = value.expr;
                    self.plain(quote::quote!(let _ = #value;));
                }
                true
            }
            _ => false,
        }
    }

    /// Lowers an expression that runs forward again in the backward pass.
    pub(super) fn checkpoint(&mut self, expr: &Expr, span: Span, is_marked: bool) -> Operand {
        if self.refuse_generators(expr, is_marked) {
            return Operand::unit();
        }
        let lent = self.with_lent_generators(expr);
        let expr = lent.as_ref().unwrap_or(expr);
        let uses = self.uses(expr);
        self.scope.enter();
        let outer = std::mem::take(&mut self.steps);
        let tail = self.expr(expr);
        let block = model::Block { steps: std::mem::replace(&mut self.steps, outer), tail };
        self.scope.leave();
        if block.is_left() {
            self.errors.at(expr, "a checkpoint cannot be left by `return`, `?`, `break` or `continue`");
            return Operand::unit();
        }
        if matches!(block.tail.target, Target::Nothing) && block.steps.is_empty() {
            return block.tail;
        }
        let var = self.temporary(self.is_certain(&block.tail.target));
        self.steps.push(Step::Checkpoint(Checkpoint { var, block, uses, span, is_marked }));
        Operand { expr: var.value().into(), target: Target::Var(var) }
    }

    /// The names that an expression uses: of values, parts of the module, and data.
    fn uses(&mut self, expr: &Expr) -> Vec<Used> {
        let mut found = Vec::new();
        self.used_by(expr.to_token_stream(), &mut found);
        let variables = Variables::of(self.body);
        let mut uses = Vec::new();
        for name in found {
            let text = name.to_string();
            let argument = self.arguments.iter().find(|argument| argument.name == text);
            let argument = argument.filter(|argument| {
                argument.passed.is_none() && borrows(&argument.ty) && !variables.all.contains(&text)
            });
            if argument.is_some_and(|argument| !can_be_kept(&argument.ty)) && self.unkept.insert(text.clone())
            {
                self.errors.at(
                    &name,
                    "a `#[checkpoint]` keeps copies of what it uses, and cannot copy what this argument refers to: \
                     take `&T`, `&[T]`, or an `Option`, a list or a tuple of them",
                );
            }
            uses.push(Used {
                copy: format_ident!("checkpoint{}_{}", self.names.len(), uses.len()),
                is_mutable: self.mutable.contains(&text),
                is_borrowed: argument.is_some(),
                is_unknown: variables.unknown.contains(&text),
                name,
            });
        }
        uses
    }

    fn used_by(&self, tokens: TokenStream, found: &mut Vec<Ident>) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.used_by(group.stream(), found),
                TokenTree::Ident(ident) => self.use_of(&ident, found),
                TokenTree::Literal(literal) => {
                    for name in captures(&literal.to_string()) {
                        self.use_of(&Ident::new(&name, literal.span()), found);
                    }
                }
                _ => {}
            }
        }
    }

    fn use_of(&self, name: &Ident, found: &mut Vec<Ident>) {
        let text = name.to_string();
        let ident = match self.scope.get(&text) {
            _ if is_self(&text) => hidden(name),
            Some(Binding::Var(_) | Binding::Module(_) | Binding::Passed) => hidden(name),
            Some(Binding::Plain | Binding::Mutable(_)) => name.clone(),
            Some(Binding::Tuple(parts)) => return parts.iter().for_each(|part| self.use_of(part, found)),
            Some(Binding::Closure(closure)) => return self.used_by(closure.body(), found),
            Some(Binding::PlainClosure(_) | Binding::Function(_)) | None => return,
        };
        if !found.contains(&ident) {
            found.push(ident);
        }
    }
}
