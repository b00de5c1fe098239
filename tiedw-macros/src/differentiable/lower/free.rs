//! The names that an expression uses but does not bind.

use std::collections::HashSet;

use crate::visit::Visit;
use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Block, Expr, FieldValue, Macro, Pat, Stmt, Token};

/// Replaces free names in an expression, and returns those that macros may use.
pub(in crate::differentiable) fn replace(
    expr: &mut Expr,
    by: &mut dyn FnMut(&Ident) -> Option<Expr>,
) -> Vec<Ident> {
    replace_unless(expr, &[], by).in_macros
}

/// The names that are not replaced.
pub(super) struct Left {
    /// Those that macros may use.
    pub(super) in_macros: Vec<Ident>,
    /// Those in places where one of the `roots` is the name of another variable.
    pub(super) shadowed: Vec<Ident>,
}

/// Replaces free names in an expression by expressions that use `roots`.
pub(super) fn replace_unless(
    expr: &mut Expr,
    roots: &[Ident],
    by: &mut dyn FnMut(&Ident) -> Option<Expr>,
) -> Left {
    let left = Left { in_macros: Vec::new(), shadowed: Vec::new() };
    let mut free = Free { bound: vec![HashSet::new()], by, roots, left };
    free.visit_expr_mut(expr);
    free.left
}

/// The free names of an expression, also in macros.
pub(in crate::differentiable) fn names(expr: &Expr) -> Vec<Ident> {
    let mut names = Vec::new();
    let in_macros = replace(&mut expr.clone(), &mut |name| {
        names.push(name.clone());
        None
    });
    names.extend(in_macros);
    names
}

/// Visits the arguments of a macro that takes expressions; returns whether it is one.
pub(in crate::differentiable) fn in_macro(mac: &mut Macro, visit: &mut dyn FnMut(&mut Expr)) -> bool {
    const OF_EXPRESSIONS: [&str; 14] = [
        "assert",
        "assert_eq",
        "assert_ne",
        "debug_assert",
        "debug_assert_eq",
        "debug_assert_ne",
        "eprintln",
        "format",
        "panic",
        "print",
        "println",
        "todo",
        "unreachable",
        "vec",
    ];
    let Some(name) = mac.path.segments.last().map(|last| last.ident.to_string()) else { return false };
    let tokens = &mac.tokens;
    if name == "vec"
        && let Ok(mut repeat) = syn::parse2::<syn::ExprRepeat>(quote!([#tokens]))
    {
        visit(&mut repeat.expr);
        visit(&mut repeat.len);
        let (expr, len) = (&repeat.expr, &repeat.len);
        mac.tokens = quote!(#expr; #len);
        return true;
    }
    if name == "matches"
        && let Some((mut matched, pattern)) = matched(tokens)
    {
        visit(&mut matched);
        mac.tokens = quote!(#matched, #pattern);
        return true;
    }
    if OF_EXPRESSIONS.contains(&&*name)
        && let Ok(mut elements) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone())
    {
        elements.iter_mut().for_each(visit);
        mac.tokens = elements.to_token_stream();
        return true;
    }
    false
}

/// The expression and the pattern of `matches!`, without a guard.
fn matched(tokens: &TokenStream) -> Option<(Expr, TokenStream)> {
    let parse = |input: ParseStream<'_>| {
        let matched = input.parse()?;
        input.parse::<Token![,]>()?;
        Ok((matched, input.parse()?))
    };
    let (matched, pattern): (Expr, TokenStream) = parse.parse2(tokens.clone()).ok()?;
    let is_guard = |token: TokenTree| matches!(token, TokenTree::Ident(name) if name == "if");
    (!pattern.clone().into_iter().any(is_guard)).then_some((matched, pattern))
}

/// The names that a pattern binds.
pub(in crate::differentiable) fn bound(pattern: &Pat) -> Vec<Ident> {
    struct Names(Vec<Ident>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
            self.0.push(name.ident.clone());
            crate::visit::visit_pat_ident(self, name);
        }

        fn visit_expr(&mut self, _: &'ast Expr) {}
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    names.0
}

struct Free<'f> {
    /// The names that are bound around the current expression, innermost last.
    bound: Vec<HashSet<String>>,
    by: &'f mut dyn FnMut(&Ident) -> Option<Expr>,
    roots: &'f [Ident],
    left: Left,
}

impl Free<'_> {
    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        self.bound.push(HashSet::new());
        visit(self);
        self.bound.pop();
    }

    fn bind(&mut self, pattern: &Pat) {
        if let Some(innermost) = self.bound.last_mut() {
            innermost.extend(bound(pattern).iter().map(Ident::to_string));
        }
    }

    fn is_bound(&self, name: &Ident) -> bool {
        self.bound.iter().any(|bound| bound.contains(&name.to_string()))
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) if !self.is_bound(&name) => self.left.in_macros.push(name),
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    let names = super::shown::captures(&literal.to_string());
                    let names = names.iter().filter_map(|name| syn::parse_str::<Ident>(name).ok());
                    let names: Vec<_> = names.filter(|name| !self.is_bound(name)).collect();
                    self.left.in_macros.extend(names);
                }
                _ => {}
            }
        }
    }
}

impl VisitMut for Free<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Path(path) => {
                if let (None, Some(name)) = (&path.qself, path.path.get_ident())
                    && !self.is_bound(name)
                    && let Some(other) = (self.by)(name)
                {
                    if self.roots.iter().any(|root| self.is_bound(root)) {
                        self.left.shadowed.push(name.clone());
                    }
                    *expr = other;
                }
            }
            Expr::Closure(closure) => self.within(|this| {
                closure.inputs.iter().for_each(|input| this.bind(input));
                this.visit_expr_mut(&mut closure.body);
            }),
            Expr::If(branch) => {
                self.within(|this| {
                    this.visit_expr_mut(&mut branch.cond);
                    this.visit_block_mut(&mut branch.then_branch);
                });
                if let Some((_, other)) = &mut branch.else_branch {
                    self.visit_expr_mut(other);
                }
            }
            Expr::While(inner) => self.within(|this| {
                this.visit_expr_mut(&mut inner.cond);
                this.visit_block_mut(&mut inner.body);
            }),
            Expr::ForLoop(inner) => {
                self.visit_expr_mut(&mut inner.expr);
                self.within(|this| {
                    this.bind(&inner.pat);
                    this.visit_block_mut(&mut inner.body);
                });
            }
            Expr::Match(branch) => {
                self.visit_expr_mut(&mut branch.expr);
                for arm in &mut branch.arms {
                    self.within(|this| {
                        this.bind(&arm.pat);
                        visit_mut::visit_arm_mut(this, arm);
                    });
                }
            }
            Expr::Let(inner) => {
                self.visit_expr_mut(&mut inner.expr);
                self.bind(&inner.pat);
            }
            expr => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        self.within(|this| visit_mut::visit_block_mut(this, block));
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        visit_mut::visit_stmt_mut(self, stmt);
        if let Stmt::Local(local) = stmt {
            self.bind(&local.pat);
        }
    }

    /// `State { h }` becomes `State { h: other }`.
    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        let before = field.expr.to_token_stream().to_string();
        visit_mut::visit_field_value_mut(self, field);
        if field.colon_token.is_none() && field.expr.to_token_stream().to_string() != before {
            field.colon_token = Some(Default::default());
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        let mut literals = Vec::new();
        let is_seen = in_macro(mac, &mut |expr| {
            if let Expr::Lit(literal) = expr {
                literals.push(literal.to_token_stream());
            }
            self.visit_expr_mut(expr);
        });
        match is_seen {
            // A format string captures names.
            true => literals.into_iter().for_each(|literal| self.tokens(literal)),
            false => self.tokens(mac.tokens.clone()),
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
