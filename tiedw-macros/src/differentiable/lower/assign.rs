//! Lowering of assignments.

use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Stmt};

use super::Lower;
use super::assign_parts::is_rest;
use super::container::Changed;
use super::expression::itself;
use super::order;
use crate::differentiable::mentions;
use crate::differentiable::model::{Operand, Out, Step, Target};
use crate::differentiable::scope::Binding;

impl Lower<'_> {
    pub(super) fn assign(&mut self, left: &Expr, value: impl FnOnce(&mut Self) -> Operand, stmt: &Stmt) {
        let right = match stmt {
            Stmt::Expr(Expr::Assign(assign), _) => Some(&*assign.right),
            _ => None,
        };
        let is_name = matches!(left, Expr::Path(path) if path.path.get_ident().is_some());
        if !is_name && self.is_plain(left) && right.is_some_and(|right| self.is_plain(right)) {
            let shown = self.shown(stmt.to_token_stream());
            return self.plain(shown);
        }
        if right.is_some_and(|right| self.refuse_assigned_module(right)) {
            return;
        }
        let value = value(self);
        self.assign_to(left, value);
    }

    /// Assigns a value to a place, or its parts to several.
    pub(super) fn assign_to(&mut self, left: &Expr, value: Operand) {
        match left {
            Expr::Infer(_) => {
                let expr = value.expr;
                self.plain(quote!(let _ = #expr;));
            }
            Expr::Paren(inner) => self.assign_to(&inner.expr, value),
            Expr::Tuple(places) if !places.elems.iter().any(is_rest) => self.assign_each(places, value),
            Expr::Tuple(_) | Expr::Array(_) | Expr::Struct(_) | Expr::Call(_) => self.assign_parts(left, value),
            Expr::Path(path) if mentions::is_module(&self.scope, left) => self.errors.at(
                path,
                format_args!(
                    "`{0}` is the name of a part of the module, and cannot become that of another: call the part where it is \
                     chosen, as in `if deep {{ self.a.forward(&h) }} else {{ self.b.forward(&h) }}`",
                    path.to_token_stream()
                ),
            ),
            Expr::Path(path) if path.path.get_ident().is_some_and(|name| !self.may_change(name)) => {
                let expr = value.expr;
                if matches!(value.target, Target::Nothing) {
                    return self.plain(quote!(#path = #expr;));
                }
                match path.path.get_ident().and_then(|name| self.scope.get(&name.to_string())) {
                    Some(Binding::Tuple(_)) => {
                        return self.errors.at(
                            path,
                            format_args!(
                                "`{}` is a tuple with parts of the module, and cannot become another: give each item a name, and to an \
                                 element of a parameter that changes a value, as in `self.scale[0] * 1.0`",
                                path.to_token_stream()
                            ),
                        );
                    }
                    // rustc reports that it is not mutable.
                    Some(_) => {
                        self.is_refused = true;
                        return;
                    }
                    None => {}
                }
                self.errors.at(
                    path,
                    format_args!(
                        "`{}` is given a value that carries a gradient; declare it with `let mut` here",
                        path.to_token_stream()
                    ),
                );
            }
            left => match self.changed(left) {
                Some(Changed::Place(place, target)) => {
                    self.certain[target.var.0] |= target.path.is_empty() && self.is_certain(&value.target);
                    self.steps.push(Step::Assign { place, target, value });
                }
                Some(Changed::Later(_)) if value.is_plain() => {
                    let expr = value.expr;
                    self.plain(quote!(#left = #expr;));
                }
                Some(Changed::Later(place)) => {
                    self.promoted.insert(place);
                }
                None if value.is_plain() && self.is_plain(left) => {
                    let (shown, expr) = (self.shown_expr(left), value.expr);
                    self.plain(quote!(#shown = #expr;));
                }
                // It is no place, as rustc reports.
                None if matches!(left, Expr::Call(_) | Expr::MethodCall(_) | Expr::Binary(_) | Expr::Lit(_)) => {
                    self.is_refused = true;
                }
                None => self.errors.at(
                    left,
                    "this place cannot take a value that carries a gradient; assign to a variable, a field or an element",
                ),
            },
        }
    }

    /// Reports a module, other than a parameter, in a value that is assigned, as in `best = Some(block);`; returns whether it did.
    pub(super) fn refuse_assigned_module(&mut self, value: &Expr) -> bool {
        let Expr::Call(some) = itself(value) else { return false };
        let is_some = matches!(&*some.func, Expr::Path(path) if path.path.is_ident("Some"));
        let Some(inside) = some.args.first().filter(|_| is_some) else { return false };
        let module = match itself(inside) {
            Expr::Tuple(tuple) => tuple.elems.iter().find(|part| self.is_layer(part)),
            inside => Some(inside).filter(|part| self.is_layer(part)),
        };
        let Some(module) = module else { return false };
        self.errors.at(
            module,
            "a module is no value, and is not assigned: keep its index, as in `best = Some(i);`, and call `self.parts[i]`",
        );
        true
    }

    /// Whether an expression certainly is a part that is no parameter.
    fn is_layer(&self, part: &Expr) -> bool {
        let ty = self.type_of_part(itself(part));
        ty.is_some_and(|ty| self.types.is_module(&ty) && ty != "Vector" && ty != "Matrix")
    }

    /// Assigns the parts of a tuple.
    pub(super) fn assign_each(&mut self, places: &syn::ExprTuple, value: Operand) {
        let plain = value.is_plain();
        let vars: Vec<_> = places.elems.iter().map(|_| self.temporary(false)).collect();
        let names: Vec<_> = vars.iter().map(|var| var.value()).collect();
        let pattern = quote!((#(#names,)*)).into();
        let value_of = |position: usize| Operand {
            expr: names[position].clone().into(),
            target: if plain { Target::Nothing } else { Target::Var(vars[position]) },
        };
        let out = match plain {
            true => Out::Nothing,
            false => Out::Tuple(vars.iter().copied().map(Out::Var).collect()),
        };
        self.steps.push(Step::Bind { pattern, out, value });
        for (position, place) in places.elems.iter().enumerate() {
            self.assign_to(place, value_of(position));
        }
    }

    /// Whether a name is that of a variable that may take a value with a gradient.
    pub(super) fn may_change(&self, name: &Ident) -> bool {
        matches!(self.scope.get(&name.to_string()), Some(Binding::Var(_) | Binding::Mutable(_)))
    }

    /// Gives each index of a place that calls something a name, since the place is read and written.
    pub(super) fn fix_indices(&mut self, place: &mut Expr) {
        self.fix(place, &order::calls);
    }
}

/// Returns the binary operator of a compound assignment such as `+=`.
pub(in crate::differentiable) fn compound(op: &BinOp) -> Option<BinOp> {
    let span = op.span();
    Some(match op {
        BinOp::AddAssign(_) => BinOp::Add(syn::Token![+](span)),
        BinOp::SubAssign(_) => BinOp::Sub(syn::Token![-](span)),
        BinOp::MulAssign(_) => BinOp::Mul(syn::Token![*](span)),
        BinOp::DivAssign(_) => BinOp::Div(syn::Token![/](span)),
        BinOp::BitAndAssign(_) => BinOp::BitAnd(syn::Token![&](span)),
        BinOp::BitOrAssign(_) => BinOp::BitOr(syn::Token![|](span)),
        BinOp::BitXorAssign(_) => BinOp::BitXor(syn::Token![^](span)),
        _ => return None,
    })
}
