//! Lowering of expressions other than calls and branches.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprPath, UnOp};

use super::Lower;
use super::assign::compound;
use super::branch::references;
use super::container::field_access;
use super::exit::leaves;
use super::free;
use super::look::matched;
use super::module_path::is_part;
use super::own_calls::put_back;
use super::shown::{no_parameter, weightless};
use crate::differentiable::hidden::hidden;
use crate::differentiable::mentions::{self, Mentions, is_comparison, is_junction, is_panic};
use crate::differentiable::model::{Operand, Target};
use crate::differentiable::scope::Binding;
use crate::differentiable::this::is_self_alone;
use crate::differentiable::tokens::Tokens;
use crate::private::private_at;

impl Lower<'_> {
    /// Whether an expression carries no gradient, not even to a parameter.
    pub(super) fn is_plain(&self, expr: &Expr) -> bool {
        !mentions::carries(&self.scope, expr) && !leaves(expr)
    }

    /// Whether an expression names a value that may carry a gradient, or an element of a parameter, if only to compare it.
    fn names_value(&self, expr: &Expr) -> bool {
        free::names(expr).iter().map(ToString::to_string).any(|name| match self.scope.get(&name) {
            Some(Binding::Module(module)) => module.element_of.is_some() && module.references == 0,
            _ => self.scope.is_active(&name),
        })
    }

    /// Whether an expression mentions a value that carries a gradient, other than a part of the module.
    pub(super) fn carries_gradient(&self, expr: &Expr) -> bool {
        !mentions::is_module(&self.scope, expr) && !self.is_plain(expr)
    }

    /// Lowers an expression that must carry no gradient. `reason` completes the error if a value certainly
    /// carries one.
    pub(super) fn plain_expr(&mut self, expr: &Expr, reason: &str) -> Operand {
        if leaves(expr) {
            self.errors.at(
                expr,
                "`?` and `return` need a statement of their own here; bind the value before with `let`",
            );
            return Operand::unit();
        }
        let (expr, calls) = self.own_calls(expr);
        let found = mentions::of(&self.scope, &expr);
        if let Some(name) = self.certain_among(&found) {
            match (&expr, name.to_string().starts_with("__")) {
                // The user gave it no name.
                (Expr::MethodCall(call), true) => {
                    self.errors.at(&call.method, format_args!("this carries a gradient, and {reason}"));
                }
                _ => self.errors.at(name, format_args!("`{name}` carries a gradient, and {reason}")),
            }
            return Operand::plain(expr.into_token_stream());
        }
        self.typed_as_plain(&expr, calls, &found)
    }

    /// Lowers an index or a flag. Of one that carries a gradient, rustc reports that it has the wrong type.
    pub(super) fn plain_by_type(&mut self, expr: &Expr) -> Operand {
        if leaves(expr) {
            return self.plain_expr(expr, "");
        }
        let (expr, calls) = self.own_calls(expr);
        let found = mentions::of(&self.scope, &expr);
        self.typed_as_plain(&expr, calls, &found)
    }

    /// A value that certainly carries a gradient.
    fn certain_among<'m>(&self, found: &'m Mentions) -> Option<&'m Ident> {
        found.values.iter().find(|name| {
            matches!(self.scope.get(&name.to_string()), Some(Binding::Var(var)) if self.certain[var.0])
        })
    }

    /// Lowers an expression, of which the type checker decides that no value carries a gradient.
    fn typed_as_plain(&mut self, expr: &Expr, calls: Vec<(Ident, TokenStream)>, found: &Mentions) -> Operand {
        for name in &found.values {
            if let Some(Binding::Passed) = self.scope.get(&name.to_string()) {
                self.errors.at(
                    name,
                    format_args!("`{name}` may be a closure through which a gradient flows, which is lost here; bind what it returns with `let` before"),
                );
                return Operand::unit();
            }
            let (private, value) = (private_at(name.span()), hidden(name));
            self.plain(quote_spanned!(name.span()=> #private::Discrete::assert_discrete(&#value);));
        }
        for part in &found.parts {
            self.assert_constant(part);
        }
        let shown = self.shown_expr(expr);
        Operand::plain(if calls.is_empty() { shown } else { put_back(shown, &calls) })
    }

    /// Lowers an operand of a differentiable call, in which an element of a list of the module may be a parameter.
    pub(super) fn differentiated(&mut self, expr: &Expr) -> Operand {
        if self.is_element(expr)
            && let Some(element) = self.element_of_module(expr)
        {
            return element;
        }
        self.expr(expr)
    }

    /// Lowers an element of a list or of a parameter of the module.
    fn element_of_module(&mut self, expr: &Expr) -> Option<Operand> {
        let (module, references) = (self.part_or_element(expr)?, references(expr));
        let view = module.view;
        Some(Operand { expr: quote!(#(#references)* #view).into(), target: Target::Parameter(module.steps) })
    }

    /// Whether an expression is an element of a list of the module, also one that `unwrap` returns, possibly in parentheses or behind
    /// references.
    pub(super) fn is_element(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(inner) => self.is_element(&inner.expr),
            Expr::Reference(inner) => inner.mutability.is_none() && self.is_element(&inner.expr),
            Expr::Index(_) => mentions::is_module(&self.scope, expr),
            Expr::MethodCall(call) if call.method == "unwrap" || call.method == "expect" => {
                is_part(self, expr)
            }
            _ => false,
        }
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Operand {
        match expr {
            Expr::Paren(inner) => {
                let Operand { expr, target } = self.expr(&inner.expr);
                Operand { expr: quote!((#expr)).into(), target }
            }
            _ if is_self_alone(expr) => self.plain_expr(expr, "only a method can pass it on"),
            Expr::Path(path) => {
                match path.path.get_ident().and_then(|name| self.scope.get(&name.to_string())) {
                    Some(Binding::Var(var)) => Operand { expr: variable(path), target: Target::Var(*var) },
                    Some(Binding::Module(module)) => {
                        Operand { expr: variable(path), target: Target::Parameter(module.steps.clone()) }
                    }
                    Some(Binding::Passed) => {
                        self.errors.at(
                            path,
                            "a function that is an argument is called here, or passed on by its name; it is no value",
                        );
                        Operand::unit()
                    }
                    Some(Binding::Closure(_)) => {
                        self.errors.at(
                            path,
                            "a closure through which a gradient flows is called here, or passed on by its name; it is no value",
                        );
                        Operand::unit()
                    }
                    Some(Binding::Tuple(parts)) => {
                        let parts = parts.clone();
                        self.expr(&syn::parse_quote!((#(#parts,)*)))
                    }
                    None => Operand::plain(self.unknown_name(path)),
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
            Expr::Assign(_) => {
                self.stmt(&syn::Stmt::Expr(expr.clone(), Some(Default::default())));
                Operand::unit()
            }
            Expr::Binary(binary) if compound(&binary.op).is_some() => {
                self.stmt(&syn::Stmt::Expr(expr.clone(), Some(Default::default())));
                Operand::unit()
            }
            Expr::Binary(binary) if is_comparison(&binary.op) || is_junction(&binary.op) => {
                match self.changing_comparison(binary) {
                    Some(flag) => flag,
                    None => Operand::plain(self.answer(expr, "a flag does not")),
                }
            }
            Expr::Binary(_) if self.is_plain(expr) => {
                let expr = self.with_unknown_names(expr);
                Operand::plain(self.shown_expr(&expr))
            }
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
            Expr::If(_) | Expr::Match(_) | Expr::Block(_)
                if self.is_plain(expr) && !self.names_value(expr) && !self.compares_element(expr) =>
            {
                Operand::plain(self.shown_expr(expr))
            }
            Expr::If(branch) => self.if_else(branch),
            Expr::Match(branch) => self.match_arms(branch),
            Expr::Block(inner) => self.labelled(inner),
            Expr::Return(exit) => self.returned(exit.expr.as_deref()),
            Expr::Break(exit) => self.broken(exit),
            Expr::Continue(exit) => self.continued(exit),
            Expr::Try(question) => self.question(question),
            Expr::Cast(cast) if !self.is_plain(expr) => self.cast(cast),
            Expr::Macro(mac) if let Some(code) = self.printed(&mac.mac) => {
                if is_panic(&mac.mac) {
                    return Operand::plain(code);
                }
                self.plain(code);
                Operand::unit()
            }
            Expr::Array(_) | Expr::Repeat(_) | Expr::Struct(_) | Expr::Index(_) | Expr::Macro(_)
                if self.is_plain(expr) =>
            {
                self.unsupported(expr)
            }
            Expr::Array(array) => self.list(&array.elems, &TokenStream::new()),
            Expr::Repeat(repeat) => self.repeated(&repeat.expr, &repeat.len, &TokenStream::new()),
            Expr::Struct(whole) => self.struct_expr(whole),
            Expr::Index(access) if self.carries_gradient(&access.expr) => self.element_of(access),
            Expr::Index(_) if self.is_element(expr) => match self.element_of_module(expr) {
                Some(element) => element,
                None => self.unsupported(expr),
            },
            Expr::Macro(mac) if matched(&mac.mac).is_some() => {
                Operand::plain(self.answer(expr, "a flag does not"))
            }
            Expr::Macro(mac) => self.vec(&mac.mac).unwrap_or_else(|| self.unsupported(expr)),
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_)
                if self.is_plain(expr) && !self.compares_element(expr) =>
            {
                let shown = self.shown_expr(expr);
                if matches!(expr, Expr::Loop(_)) {
                    return Operand::plain(shown);
                }
                self.plain(shown);
                Operand::unit()
            }
            Expr::ForLoop(for_loop) => self.for_loop(for_loop),
            Expr::While(while_loop) => self.while_loop(while_loop),
            Expr::Loop(inner) => self.endless(inner),
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

    /// The names of the parts of an expression that is an item of an iterator over tuples.
    pub(super) fn parts_of(&self, expr: &Expr) -> Option<Vec<syn::Ident>> {
        match expr {
            Expr::Paren(inner) => self.parts_of(&inner.expr),
            Expr::Reference(inner) => self.parts_of(&inner.expr),
            Expr::Path(path) => match self.scope.get(&path.path.get_ident()?.to_string())? {
                Binding::Tuple(parts) => Some(parts.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn field(&mut self, field: &syn::ExprField) -> Operand {
        if let (Some(parts), syn::Member::Unnamed(index)) = (self.parts_of(&field.base), &field.member)
            && let Some(part) = parts.get(index.index as usize)
        {
            return self.expr(&syn::parse_quote!(#part));
        }
        if let Some(module) = self.module_path(&Expr::Field(field.clone())) {
            return Operand { expr: module.view, target: Target::Parameter(module.steps) };
        }
        let base = self.expr(&field.base);
        let base = self.placed(base);
        let (expr, dot, member) = (&base.expr, &field.dot_token, &field.member);
        let target = self.inside(&base.target, field_access(member), member);
        Operand { expr: quote!(#expr #dot #member).into(), target }
    }

    /// Lowers a cast of data that is computed by calls, such as `self.count(x) as f64`.
    fn cast(&mut self, cast: &syn::ExprCast) -> Operand {
        if let syn::Type::Path(ty) = &*cast.ty
            && let Some(float) = ["f32", "f64"].into_iter().find(|float| ty.path.is_ident(float))
        {
            let (number, span) = (&cast.expr, cast.expr.span());
            let (private, function) = (private_at(span), format_ident!("as_{float}", span = span));
            let code = quote_spanned!(span=> #private::#function(#number));
            return self.parsed(Some(code), cast);
        }
        let value = self.expr(&cast.expr);
        if matches!(value.target, Target::Var(_)) && self.is_certain(&value.target) {
            self.errors.at(
                &cast.expr,
                "this carries a gradient, and a cast to an integer loses it; cut it before, as in `stop_gradient(y) as usize`",
            );
            return Operand::unit();
        }
        let (expr, ty, span) = (value.expr, &cast.ty, cast.expr.span());
        let private = private_at(span);
        Operand::plain(quote_spanned!(span=> ((*#private::Discrete::part(&(#expr))) as #ty)))
    }

    /// Lowers the remaining constructs: rejects some, and keeps the others if they carry no gradient.
    pub(super) fn unsupported(&mut self, expr: &Expr) -> Operand {
        let instead = match expr {
            // Reported once for the whole body, by `leave::body`.
            Expr::Await(_) => return Operand::unit(),
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
            Expr::Closure(closure) => {
                if let Some(part) = super::closure::layer_called(&self.scope, &closure.body) {
                    self.errors.at(
                        part,
                        "this holds weights, and a closure that is passed on loses their gradients; pass it to a function under \
                         `#[differentiable]`, or write a loop",
                    );
                    return Operand::unit();
                }
                "a closure that is passed on loses it; pass it to a function under `#[differentiable]`, or write a loop"
            }
            Expr::Index(access) if self.certain_among(&mentions::of(&self.scope, &access.expr)).is_none() => {
                return self.plain_by_type(expr);
            }
            Expr::Index(_) => "an index into it loses it; use an operation such as `slice`",
            Expr::Macro(call) if call.mac.path.is_ident("format") => {
                "text loses it; write `stop_gradient(..)` of the value, as in `format!(\"{}\", stop_gradient(loss))`"
            }
            Expr::Macro(_) => "a macro in an expression loses it; bind the value first",
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
pub(super) fn variable(path: &ExprPath) -> Tokens {
    match path.path.get_ident() {
        Some(name) => hidden(name).into(),
        None => path.to_token_stream().into(),
    }
}

/// Returns the expressions that are indexed on the path to a part of the module, without references.
fn indexed(part: &Expr) -> Vec<&Expr> {
    match part {
        Expr::Index(index) => [vec![itself(&index.expr)], indexed(&index.expr)].concat(),
        Expr::Field(field) => indexed(&field.base),
        Expr::Paren(inner) => indexed(&inner.expr),
        Expr::Reference(inner) => indexed(&inner.expr),
        _ => Vec::new(),
    }
}

/// Removes the parentheses and references around an expression.
pub(in crate::differentiable) fn itself(expr: &Expr) -> &Expr {
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
