//! Lowering of operators, and the types of numbers in them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Member};

use super::Lower;
use super::assign::compound;
use super::call::span_of;
use super::expression::itself;
use crate::differentiable::mentions::{self, is_bitwise};
use crate::differentiable::model::{Operand, Step, Target};
use crate::differentiable::scope::Binding;
use crate::differentiable::stubs::Callee;
use crate::differentiable::tokens::Tokens;
use crate::differentiable::unmarked_operators;
use crate::private::private_at;

impl Lower<'_> {
    pub(super) fn operator(
        &mut self,
        left: &Expr,
        op: &BinOp,
        right: &Expr,
        whole: &syn::ExprBinary,
    ) -> Operand {
        let (companion, method) = match op {
            BinOp::Add(_) => ("AddVjp", "add_vjp"),
            BinOp::Sub(_) => ("SubVjp", "sub_vjp"),
            BinOp::Mul(_) => ("MulVjp", "mul_vjp"),
            BinOp::Div(_) => ("DivVjp", "div_vjp"),
            _ => {
                let expr = Expr::Binary(whole.clone());
                // `&`, `|` and `^` combine masks and flags that are computed from values, as in `x.gt(0.0) & x.lt(1.0)`.
                let is_bitwise = is_bitwise(op);
                let values: Vec<_> = match is_bitwise {
                    true => [left, right].into_iter().filter_map(name_of).collect(),
                    false => mentions::of(&self.scope, &expr).values,
                };
                let is_certain = |name: &Ident| matches!(self.scope.get(&name.to_string()), Some(Binding::Var(var)) if self.certain[var.0]);
                let is_number = |operand: &Expr| is_arithmetic(operand) && self.carries_gradient(operand);
                if values.iter().any(is_certain)
                    || [left, right].into_iter().any(|operand| self.ends_chain(operand) || is_number(operand))
                {
                    return self.without_derivative(left, right, whole);
                }
                if is_bitwise && compound(&whole.op).is_some() {
                    // The place is not moved out of.
                    let left = self.answer(left, "this operator has no derivative");
                    let right = self.answer(right, "this operator has no derivative");
                    return Operand::plain(quote!(__Clone::clone(&#left) #op (#right)));
                }
                if is_bitwise {
                    return Operand::plain(self.answer(&expr, "this operator has no derivative"));
                }
                return self.plain_expr(&expr, "this operator has no derivative");
            }
        };
        // A compound assignment such as `+=` reads its left side last.
        let [left_value, right_value] = match compound(&whole.op) {
            Some(_) => [self.expr(left), self.differentiated(right)],
            None => {
                let mut operands = self.in_order([left, right], Self::differentiated).into_iter();
                [(); 2].map(|()| operands.next().unwrap_or_else(Operand::unit))
            }
        };
        let span = op.span();
        let private = private_at(span);
        let (companion, method) = (Ident::new(companion, span), Ident::new(method, span));
        let may_be_untyped =
            |source, value: &Operand| self.is_untyped(source, value) || self.is_loose(&value.target);
        let written = (may_be_untyped(left, &left_value) || may_be_untyped(right, &right_value)).then(|| {
            let (left, right) = (&left_value.expr, &right_value.expr);
            quote!(#left #op #right)
        });
        let mut arguments = vec![self.operand(left, &left_value), self.operand(right, &right_value)];
        if compound(&whole.op).is_some() {
            // A type of the user's own may assign something other than the result of the operator.
            arguments[0] = self.gated(&arguments[0], span);
            let place = &arguments[0];
            self.plain(quote_spanned!(span=> if false { #private::assigns_result(#place); }));
        }
        let callee = quote_spanned!(span=> #private::#companion::#method);
        let targets = vec![left_value.target, right_value.target];
        self.emit_certain((callee.into(), span, checked(method)), arguments, targets, written)
    }

    /// An operator without a derivative, of which an operand is computed from a value: an index or a count, as in
    /// `y.argmax().as_slice()[0] % 2`.
    fn without_derivative(&mut self, left: &Expr, right: &Expr, whole: &syn::ExprBinary) -> Operand {
        let mut operands = Vec::new();
        for operand in self.in_order([left, right], Self::differentiated) {
            if self.is_certain(&operand.target) {
                self.errors.in_place_of_rustc(whole.op, without_derivative(&whole.op));
                return Operand::unit();
            }
            if !operand.is_plain() {
                let (private, value) = (private_at(whole.op.span()), &operand.expr);
                self.plain(quote_spanned!(whole.op.span()=> #private::Discrete::assert_discrete(&#value);));
            }
            operands.push(operand.expr.into_token_stream());
        }
        let op = &whole.op;
        Operand::plain(
            operands.into_iter().reduce(|left, right| quote!(((#left) #op (#right)))).unwrap_or_default(),
        )
    }

    pub(super) fn negate(&mut self, unary: &syn::ExprUnary) -> Operand {
        let value = self.differentiated(&unary.expr);
        if value.is_plain() {
            let (op, operand) = (&unary.op, &value.expr);
            return Operand::plain(quote!((#op #operand)));
        }
        let span = unary.op.span();
        let (private, argument) = (private_at(span), self.operand(&unary.expr, &value));
        let method = Ident::new("neg_vjp", span);
        let callee = quote_spanned!(span=> #private::NegVjp::#method);
        let written = self.is_loose(&value.target).then(|| {
            let (op, operand) = (&unary.op, &value.expr);
            quote!(#op #operand)
        });
        self.emit_certain((callee.into(), span, checked(method)), vec![argument], vec![value.target], written)
    }

    /// Returns a reference to an operand, behind any references. A literal is only borrowed, so that its type
    /// can be inferred.
    pub(super) fn operand(&self, source: &Expr, value: &Operand) -> Tokens {
        let (span, expr) = (span_of(source), &value.expr);
        let starts_as_literal = matches!(value.target, Target::Var(var) if self.literals.contains(&var));
        let operand = if is_literal(source) || starts_as_literal || self.is_number(source) {
            quote_spanned!(span=> &(#expr))
        } else if self.is_owned(value) {
            quote_spanned!(span=> &#expr)
        } else if matches!(source, Expr::Reference(_)) && self.is_owned_behind_reference(value) {
            return value.expr.clone();
        } else {
            quote_spanned!(span=> __Value::by_ref(&(#expr)))
        };
        operand.into()
    }

    /// Whether an operand is the name of a value that is certainly no reference.
    pub(super) fn is_owned(&self, value: &Operand) -> bool {
        matches!(value.target, Target::Var(var) if self.owned.contains(&var) && value.expr.is(&self.names[var.0]))
    }

    /// Whether an operand is a reference to such a name.
    fn is_owned_behind_reference(&self, value: &Operand) -> bool {
        matches!(value.target, Target::Var(var) if self.owned.contains(&var) && value.expr.is_reference_to(&self.names[var.0]))
    }

    /// As [`emit`](Self::emit), for an operator: its result carries a gradient if an operand does. `written` is the
    /// operator as written, if its operands may be numbers of a type that is known only later.
    pub(super) fn emit_certain(
        &mut self,
        callee: (Tokens, Span, Callee),
        arguments: Vec<Tokens>,
        targets: Vec<Target>,
        written: Option<TokenStream>,
    ) -> Operand {
        let certain = targets.iter().any(|target| self.is_certain(target));
        let is_typed =
            targets.iter().any(|target| !self.is_loose(target) && !matches!(target, Target::Nothing));
        let result = self.emit(callee, None, arguments, targets);
        self.mark(&result, certain);
        if let (Some(Step::Call(call)), true) = (self.steps.last_mut(), written.is_some()) {
            call.written = written;
            if !is_typed {
                self.typed.remove(&call.var);
            }
        }
        result
    }

    /// Whether an operand is data whose type may only follow from the operator.
    pub(super) fn is_untyped(&self, source: &Expr, value: &Operand) -> bool {
        value.is_plain() && !self.is_number(source) && self.root_is_untyped(source)
    }

    pub(super) fn root_is_untyped(&self, source: &Expr) -> bool {
        match source {
            Expr::Paren(inner) => self.root_is_untyped(&inner.expr),
            Expr::Reference(inner) => self.root_is_untyped(&inner.expr),
            Expr::Unary(inner) => self.root_is_untyped(&inner.expr),
            Expr::Index(inner) => self.root_is_untyped(&inner.expr),
            Expr::Field(inner) => self.root_is_untyped(&inner.base),
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
                self.scope.number(&name.to_string()).is_some_and(|number| self.untyped.contains(&number))
            }),
            Expr::If(_) | Expr::Match(_) | Expr::Block(_) => true,
            _ => false,
        }
    }

    /// Whether a value may be a number whose type is known only later: the type of another value is written somewhere.
    pub(super) fn is_loose(&self, target: &Target) -> bool {
        match target {
            Target::Var(var) => !self.certain[var.0] && !self.typed.contains(var),
            Target::Part(_) => true,
            _ => false,
        }
    }

    /// Whether an expression is a number whose type may be inferred later: it consists of literals, and of names that are
    /// initialized with such.
    pub(super) fn is_number(&self, source: &Expr) -> bool {
        match source {
            Expr::Paren(inner) => self.is_number(&inner.expr),
            Expr::Unary(inner) => self.is_number(&inner.expr),
            Expr::Lit(_) => true,
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
                self.scope.number(&name.to_string()).is_some_and(|number| self.numbers.contains(&number))
            }),
            Expr::Binary(both) => self.is_number(&both.left) && self.is_number(&both.right),
            Expr::Field(field) => match (self.parts_of(&field.base), &field.member) {
                (Some(parts), Member::Unnamed(index)) => {
                    let part = parts.get(index.index as usize);
                    part.is_some_and(|part| self.is_number(&syn::parse_quote!(#part)))
                }
                _ => false,
            },
            Expr::If(branch) => {
                let other = branch.else_branch.as_ref().map(|(_, other)| &**other);
                other.is_some_and(|other| self.is_number(other)) && self.ends_in_number(&branch.then_branch)
            }
            Expr::Match(branch) => branch.arms.iter().all(|arm| self.is_number(&arm.body)),
            Expr::Block(inner) => self.ends_in_number(&inner.block),
            _ => false,
        }
    }

    pub(super) fn ends_in_number(&self, block: &syn::Block) -> bool {
        matches!(block.stmts.last(), Some(syn::Stmt::Expr(expr, None)) if self.is_number(expr))
    }
}

/// How the result of the companion of an operator is checked.
fn checked(companion: Ident) -> Callee {
    match unmarked_operators::may_be(&companion) {
        true => Callee::Operator(companion),
        false => Callee::Known,
    }
}

/// Whether an expression consists only of literals and operators.
pub(super) fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Paren(inner) => is_literal(&inner.expr),
        Expr::Unary(inner) => is_literal(&inner.expr),
        Expr::Binary(inner) => is_literal(&inner.left) && is_literal(&inner.right),
        _ => false,
    }
}

/// The name that an operand is, behind references.
fn name_of(operand: &Expr) -> Option<Ident> {
    match itself(operand) {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}

/// Whether this is a sum, a product or the like.
fn is_arithmetic(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => is_arithmetic(&inner.expr),
        Expr::Binary(both) => {
            matches!(both.op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_))
        }
        _ => false,
    }
}

/// Says what to write for an operator without a derivative.
fn without_derivative(op: &BinOp) -> &'static str {
    match op {
        BinOp::BitXor(_) | BinOp::BitXorAssign(_) => {
            "`^` is no power: write `x.powi(2)`, `x.powf(0.5)`, or `x.pow(y)` of two tensors"
        }
        BinOp::Rem(_) | BinOp::RemAssign(_) => {
            "`%` has no derivative: write `x.remainder(y)` of a tensor, or `x - (x / y).floor() * y`"
        }
        _ => "this operator has no derivative; `+`, `-`, `*` and `/` have one",
    }
}
