//! Lowering of function calls, method calls and operators to calls of their `_vjp` companions.

use proc_macro2::{Ident, Span};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{AngleBracketedGenericArguments, BinOp, Expr, Member, PathArguments, Token};

use super::Lower;
use super::statement::compound;
use crate::differentiable::mentions::{is_cut, is_query};
use crate::differentiable::model::{Call, Operand, Out, Step, Target};
use crate::differentiable::tokens::Tokens;
use crate::private::private_at;

impl Lower<'_> {
    /// Emits a call of a companion whose callee ends at a span, and returns its result.
    pub(super) fn emit(
        &mut self,
        (callee, end): (Tokens, Span),
        part: Option<Tokens>,
        arguments: Vec<Tokens>,
        targets: Vec<Target>,
    ) -> Operand {
        let certain = part.is_some() || targets.iter().any(|target| self.is_certain(target));
        let var = self.temporary(certain);
        let out = Out::Var(var);
        self.steps.push(Step::Call(Call { var, pattern: None, out, callee, end, part, arguments, targets }));
        Operand { expr: var.value().into(), target: Target::Var(var) }
    }

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
                self.errors.at(whole.op, "this operator has no derivative; `+`, `-`, `*` and `/` have one");
                return Operand::unit();
            }
        };
        // A compound assignment such as `+=` reads its left side last.
        let [left_value, right_value] = match compound(&whole.op) {
            Some(_) => [self.expr(left), self.expr(right)],
            None => {
                let mut operands = self.operands([left, right]).into_iter();
                [(); 2].map(|()| operands.next().unwrap_or_else(Operand::unit))
            }
        };
        let span = op.span();
        let private = private_at(span);
        let (companion, method) = (Ident::new(companion, span), Ident::new(method, span));
        let arguments = vec![self.operand(left, &left_value), self.operand(right, &right_value)];
        let callee = quote_spanned!(span=> #private::#companion::#method);
        self.emit((callee.into(), span), None, arguments, vec![left_value.target, right_value.target])
    }

    pub(super) fn negate(&mut self, unary: &syn::ExprUnary) -> Operand {
        let value = self.expr(&unary.expr);
        let span = unary.op.span();
        let (private, argument) = (private_at(span), self.operand(&unary.expr, &value));
        let callee = quote_spanned!(span=> #private::NegVjp::neg_vjp);
        self.emit((callee.into(), span), None, vec![argument], vec![value.target])
    }

    /// Returns a reference to an operand, behind any references. A literal is only borrowed, so that its type
    /// can be inferred.
    pub(super) fn operand(&self, source: &Expr, value: &Operand) -> Tokens {
        let (span, expr) = (span_of(source), &value.expr);
        let starts_as_literal = matches!(value.target, Target::Var(var) if self.literals.contains(&var));
        let operand = if is_literal(source) || starts_as_literal {
            quote_spanned!(span=> &(#expr))
        } else {
            quote_spanned!(span=> __Value::by_ref(&(#expr)))
        };
        operand.into()
    }

    pub(super) fn method_call(&mut self, call: &syn::ExprMethodCall) -> Operand {
        if is_query(&call.method) {
            return self.query(call);
        }
        let (companion, turbofish) = (companion(&call.method), &call.turbofish);
        let end = turbofish.as_ref().map_or_else(|| call.method.span(), |turbofish| turbofish.gt_token.span);
        if let Some(module) = self.module_path(&call.receiver) {
            let (arguments, targets) = self.arguments(&call.args);
            let callee = callee(module.view, call.dot_token, companion, turbofish.as_ref());
            return self.emit((callee, end), Some(module.steps), arguments, targets);
        }
        let mut operands = self.operands(std::iter::once(&*call.receiver).chain(&call.args)).into_iter();
        let receiver = operands.next().unwrap_or_else(Operand::unit);
        if call.method == "clone" && call.args.is_empty() {
            let (receiver_expr, dot, method) = (&receiver.expr, &call.dot_token, &call.method);
            return Operand { expr: quote!(#receiver_expr #dot #method()).into(), target: receiver.target };
        }
        let (arguments, targets): (Vec<_>, Vec<_>) = operands.map(|value| (value.expr, value.target)).unzip();
        let (receiver_expr, dot, method) = (&receiver.expr, &call.dot_token, &call.method);
        if receiver.is_plain() && targets.iter().all(|target| matches!(target, Target::Nothing)) {
            return Operand::plain(quote!(#receiver_expr #dot #method #turbofish (#(#arguments),*)));
        }
        let targets = [receiver.target].into_iter().chain(targets).collect();
        let callee = callee(receiver.expr, call.dot_token, companion, turbofish.as_ref());
        self.emit((callee, end), None, arguments, targets)
    }

    /// Lowers a call of `stop_gradient`. It must be the crate's function, which accepts any type: the
    /// gradient through a user's function of that name would be lost.
    fn cut_off(&mut self, function: &syn::ExprPath, arguments: &Punctuated<Expr, Token![,]>) -> Operand {
        let values: Vec<_> = arguments.iter().map(|argument| self.expr(argument).expr).collect();
        let mut function = function.clone();
        let last = function.path.segments.last_mut();
        let span = last.as_ref().map_or_else(Span::call_site, |last| last.ident.span());
        if let ([value], Some(last)) = (&values[..], last) {
            last.arguments = PathArguments::None;
            let private = private_at(span);
            return Operand::plain(quote_spanned!(span=> #private::stopped(#function, #value)));
        }
        Operand::plain(quote!(#function(#(#values),*)))
    }

    pub(super) fn query(&mut self, call: &syn::ExprMethodCall) -> Operand {
        let private = private_at(call.method.span());
        let args: Vec<_> =
            call.args.iter().map(|argument| self.plain_expr(argument, "a size does not").expr).collect();
        let receiver = match self.module_path(&call.receiver) {
            Some(module) => module.view,
            None => self.expr(&call.receiver).expr,
        };
        let (dot, method) = (&call.dot_token, &call.method);
        let query = quote!(#receiver #dot #method(#(#args),*));
        Operand::plain(quote_spanned!(method.span()=> #private::without_gradient(#query)))
    }

    pub(super) fn call(&mut self, call: &syn::ExprCall) -> Operand {
        let Expr::Path(function) = &*call.func else {
            return self
                .plain_expr(&Expr::Call(call.clone()), "only a function that is named can pass it on");
        };
        let local = function.path.get_ident().and_then(|name| self.scope.get(&name.to_string()));
        if local.is_some() {
            return self.plain_expr(
                &Expr::Call(call.clone()),
                "a closure has no derivative; write a function and its companion `_vjp`",
            );
        }
        let last = function.path.segments.last();
        if is_cut(&call.func) {
            return self.cut_off(function, &call.args);
        }
        let (arguments, targets) = self.arguments(&call.args);
        if targets.iter().all(|target| matches!(target, Target::Nothing)) {
            return Operand::plain(quote!(#function(#(#arguments),*)));
        }
        if let Some(constructor) = last.filter(|last| last.ident.to_string().starts_with(char::is_uppercase))
        {
            self.errors.at(
                constructor,
                format_args!("a value inside `{}` loses its gradient; use a tuple", constructor.ident),
            );
            return Operand::unit();
        }
        let mut companion_path = function.clone();
        let mut end = Span::call_site();
        if let Some(last) = companion_path.path.segments.last_mut() {
            last.ident = companion(&last.ident);
            end = match &last.arguments {
                PathArguments::AngleBracketed(arguments) => arguments.gt_token.span,
                _ => last.ident.span(),
            };
        }
        let arguments = arguments.into_iter().zip(&call.args).map(|(argument, source)| match self.checked {
            Some(checked) if is_literal(source) => checked.value(&argument, source.span()).into(),
            _ => argument,
        });
        let arguments = arguments.collect();
        self.emit((companion_path.to_token_stream().into(), end), None, arguments, targets)
    }

    pub(super) fn arguments(
        &mut self,
        arguments: &syn::punctuated::Punctuated<Expr, syn::Token![,]>,
    ) -> (Vec<Tokens>, Vec<Target>) {
        self.operands(arguments).into_iter().map(|value| (value.expr, value.target)).unzip()
    }
}

/// Returns the span of an expression. Names are common, so they are not converted to tokens for it.
fn span_of(expr: &Expr) -> Span {
    match expr {
        Expr::Path(path) => path.path.get_ident().map_or_else(|| path.span(), Ident::span),
        Expr::Reference(reference) if reference.attrs.is_empty() => {
            let and = reference.and_token.span;
            and.join(span_of(&reference.expr)).unwrap_or(and)
        }
        expr => expr.span(),
    }
}

/// Returns the method `companion` of `receiver`, without the argument list.
fn callee(
    receiver: Tokens,
    dot: Token![.],
    companion: Ident,
    turbofish: Option<&AngleBracketedGenericArguments>,
) -> Tokens {
    let method = receiver.field(dot, &Member::Named(companion));
    match turbofish {
        None => method,
        turbofish => quote!(#method #turbofish).into(),
    }
}

/// Returns the name of the companion of a function or method.
pub(super) fn companion(name: &Ident) -> Ident {
    format_ident!("{}_vjp", name, span = name.span())
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
