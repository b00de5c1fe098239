//! Lowering of expressions other than calls and branches.

use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprPath, Member, UnOp};

use super::shown::{no_parameter, weightless};
use super::{Lower, leave};
use crate::differentiable::hidden::hidden;
use crate::differentiable::mentions::{self, is_comparison, is_junction};
use crate::differentiable::model::{Operand, Shape, Target};
use crate::differentiable::scope::Binding;
use crate::differentiable::this::is_self;
use crate::differentiable::tokens::Tokens;
use crate::private::private_at;

impl Lower<'_> {
    /// Whether an expression carries no gradient, not even to a parameter.
    pub(super) fn is_plain(&self, expr: &Expr) -> bool {
        !mentions::carries(&self.scope, expr)
    }

    /// Lowers an expression that must carry no gradient. `reason` completes the error if a value certainly
    /// carries one.
    pub(super) fn plain_expr(&mut self, expr: &Expr, reason: &str) -> Operand {
        let found = mentions::of(&self.scope, expr);
        let certain = found.values.iter().find(|name| {
            matches!(self.scope.get(&name.to_string()), Some(Binding::Var(var)) if self.certain[var.0])
        });
        if let Some(name) = certain {
            self.errors.at(name, format_args!("`{name}` carries a gradient, and {reason}"));
            return Operand::plain(expr.to_token_stream());
        }
        // For the other values, the type checker decides.
        for name in &found.values {
            let (private, value) = (private_at(name.span()), hidden(name));
            self.plain(quote_spanned!(name.span()=> #private::Discrete::assert_discrete(&#value);));
        }
        for part in &found.parts {
            self.assert_constant(part);
        }
        Operand::plain(self.shown_expr(expr))
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Operand {
        match expr {
            Expr::Paren(inner) => {
                let Operand { expr, target } = self.expr(&inner.expr);
                Operand { expr: quote!((#expr)).into(), target }
            }
            Expr::Path(path) if path.path.get_ident().is_some_and(|name| is_self(&name.to_string())) => {
                self.plain_expr(expr, "only a method can pass it on")
            }
            Expr::Path(path) => {
                match path.path.get_ident().and_then(|name| self.scope.get(&name.to_string())) {
                    Some(Binding::Var(var)) => Operand { expr: variable(path), target: Target::Var(*var) },
                    Some(Binding::Module(module)) => {
                        Operand { expr: variable(path), target: Target::Parameter(module.steps.clone()) }
                    }
                    _ => Operand::plain(path.to_token_stream()),
                }
            }
            Expr::Reference(reference) => {
                let Operand { expr: inner, target } = self.expr(&reference.expr);
                if let (Some(mutability), false) = (&reference.mutability, matches!(target, Target::Nothing))
                {
                    self.errors.at(
                        mutability,
                        "a value that carries a gradient cannot be borrowed mutably; return the new value instead",
                    );
                }
                let (and, mutability) = (&reference.and_token, &reference.mutability);
                let expr = match mutability {
                    None => inner.referred(*and),
                    mutability => quote!(#and #mutability #inner).into(),
                };
                Operand { expr, target }
            }
            Expr::Unary(unary) => match unary.op {
                UnOp::Neg(_) if !self.is_plain(&unary.expr) => self.negate(unary),
                UnOp::Deref(star) => {
                    let Operand { expr, target } = self.expr(&unary.expr);
                    Operand { expr: quote!(#star #expr).into(), target }
                }
                _ => Operand::plain(self.answer(expr, "`!` does not")),
            },
            Expr::Binary(binary) if is_comparison(&binary.op) || is_junction(&binary.op) => {
                Operand::plain(self.answer(expr, "a flag does not"))
            }
            Expr::Binary(_) if self.is_plain(expr) => Operand::plain(self.shown_expr(expr)),
            Expr::Binary(binary) => self.operator(&binary.left, &binary.op, &binary.right, binary),
            Expr::MethodCall(call) => self.method_call(call),
            Expr::Call(call) => self.call(call),
            Expr::Tuple(tuple) => {
                let parts = self.operands(&tuple.elems);
                let plain = parts.iter().all(Operand::is_plain);
                let (exprs, targets): (Vec<_>, Vec<_>) =
                    parts.into_iter().map(|part| (part.expr, part.target)).unzip();
                let expr = Tokens::from(quote!((#(#exprs,)*)));
                if plain { Operand::plain(expr) } else { Operand { expr, target: Target::Tuple(targets) } }
            }
            Expr::Field(field) => self.field(field),
            Expr::If(_) | Expr::Match(_) | Expr::Block(_) if self.is_plain(expr) => {
                leave::iteration(expr, self.errors);
                Operand::plain(self.shown_expr(expr))
            }
            Expr::If(branch) => self.if_else(branch),
            Expr::Match(branch) => self.match_arms(branch),
            Expr::Block(inner) => {
                let arms = vec![self.block(&inner.block)];
                self.branch(arms, Shape::Block)
            }
            Expr::ForLoop(_) | Expr::While(_) if self.is_plain(expr) => {
                leave::iteration(expr, self.errors);
                let shown = self.shown_expr(expr);
                self.plain(shown);
                Operand::unit()
            }
            Expr::ForLoop(for_loop) => self.for_loop(for_loop),
            Expr::While(while_loop) => self.while_loop(while_loop),
            _ => self.unsupported(expr),
        }
    }

    /// Asserts that a part of the module whose gradient would be lost holds no weight, and is no element of one.
    fn assert_constant(&mut self, part: &Expr) {
        // An index may use names that are only in scope at the expression, so `show_part` checks it there.
        if is_chain(part) && is_indexed(part) {
            return;
        }
        let span = part.span();
        let shown = self.shown_expr(part);
        self.plain(weightless(&shown, span));
        for indexed in indexed(part) {
            let shown = self.shown_expr(indexed);
            self.plain(no_parameter(&shown, span));
        }
    }

    pub(super) fn field(&mut self, field: &syn::ExprField) -> Operand {
        if let Some(module) = self.module_path(&Expr::Field(field.clone())) {
            return Operand { expr: module.view, target: Target::Parameter(module.steps) };
        }
        let base = self.expr(&field.base);
        let (expr, member) = (&base.expr, &field.member);
        let expr = Tokens::from(quote!(#expr.#member));
        let target = match (&base.target, member) {
            (Target::Nothing, _) => Target::Nothing,
            (target, Member::Unnamed(index)) => target.part(index.index as usize),
            (_, member) => {
                let (private, whole) = (private_at(member.span()), &base.expr);
                self.plain(quote_spanned! {member.span()=> {
                    use #private::{AnyWhole as _, ValueWhole as _};
                    #private::Discrete::assert_discrete((&#private::Whole(&#whole)).field(&#expr));
                }});
                Target::Nothing
            }
        };
        Operand { expr, target }
    }

    /// Lowers the remaining constructs: rejects some, and keeps the others if they carry no gradient.
    pub(super) fn unsupported(&mut self, expr: &Expr) -> Operand {
        let instead = match expr {
            Expr::Break(_) | Expr::Continue(_) => {
                leave::iteration(expr, self.errors);
                return Operand::unit();
            }
            // Reported once for the whole body, by `leave::body`.
            Expr::Return(_) | Expr::Try(_) | Expr::Await(_) => return Operand::unit(),
            Expr::Loop(inner) => return self.refused(inner.loop_token, "`loop`", "write `for` or `while`"),
            Expr::Unsafe(inner) => {
                return self.refused(
                    inner.unsafe_token,
                    "`unsafe`",
                    "put it into a function with a companion",
                );
            }
            Expr::Async(inner) => {
                return self.refused(inner.async_token, "`async`", "wait before, and pass on the result");
            }
            Expr::Closure(_) => "a closure cannot capture it; pass what the closure computes",
            Expr::Cast(_) => "a cast loses it; choose the element type of the whole module instead",
            Expr::Index(_) => "an index into it loses it; use an operation such as `slice`",
            Expr::Macro(_) => "a macro in an expression loses it; bind the value first",
            Expr::Array(_) | Expr::Repeat(_) => "an array loses it; use a tuple",
            Expr::Struct(_) => "a struct loses it; use a tuple",
            _ => "this expression loses it",
        };
        self.plain_expr(expr, instead)
    }

    fn refused(&mut self, token: impl ToTokens, name: &str, instead: &str) -> Operand {
        self.errors.at(token, format_args!("{name} is outside the differentiable subset; {instead}"));
        Operand::unit()
    }
}

/// Returns the hygienic name of the variable `path`.
fn variable(path: &ExprPath) -> Tokens {
    match path.path.get_ident() {
        Some(name) => hidden(name).into(),
        None => path.to_token_stream().into(),
    }
}

/// Returns the expressions that are indexed on the path to a part of the module, without references.
pub(super) fn indexed(part: &Expr) -> Vec<&Expr> {
    match part {
        Expr::Index(index) => [vec![itself(&index.expr)], indexed(&index.expr)].concat(),
        Expr::Field(field) => indexed(&field.base),
        Expr::Paren(inner) => indexed(&inner.expr),
        Expr::Reference(inner) => indexed(&inner.expr),
        _ => Vec::new(),
    }
}

/// Removes the parentheses and references around an expression.
fn itself(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => itself(&inner.expr),
        Expr::Reference(inner) => itself(&inner.expr),
        _ => expr,
    }
}

/// Whether a part of the module is a name followed only by fields and indices.
fn is_chain(part: &Expr) -> bool {
    match part {
        Expr::Path(_) => true,
        Expr::Field(field) => is_chain(&field.base),
        Expr::Index(index) => is_chain(&index.expr),
        _ => false,
    }
}

/// Whether the path to a part of the module contains an index other than a literal.
fn is_indexed(part: &Expr) -> bool {
    match part {
        Expr::Field(field) => is_indexed(&field.base),
        Expr::Index(index) => !matches!(*index.index, Expr::Lit(_)) || is_indexed(&index.expr),
        _ => false,
    }
}
