//! Which arguments by mutable reference are values.
//!
//! Some types are values by their names. One of a user's own, such as `&mut State`, is taken for a value if it is known to derive
//! `Value`, or if the body changes it: other types are only passed on, like `&mut Statistics`, or counted up.

use std::collections::HashMap;

use crate::visit::{self, Visit};
use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::{
    Block, Expr, ExprMethodCall, FnArg, GenericArgument, Generics, ImplItemFn, Pat, Path, PathArguments,
    Signature, Token, Type,
};

use super::known_values::holds_value;
use super::lent::is_lent;
use super::lower::free;
use super::mentions::{is_cut, is_query};
use super::method::{behind_references, generic_names};

/// The names of functions that change values in place, with these arguments.
pub(super) type Lenders = HashMap<String, Lending>;

/// The arguments of a function that are values by mutable reference.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Lending {
    /// Their positions among all arguments other than `self`.
    pub(super) positions: Vec<usize>,
    /// Those of slices.
    pub(super) slices: Vec<usize>,
    /// The positions of the other arguments by mutable reference.
    pub(super) others: Vec<usize>,
    /// The number of all arguments other than `self`.
    pub(super) count: usize,
}

/// Whether a path may name one of these functions, if it is called with so many arguments: a free function by its name alone.
pub(super) fn are_named(lenders: &Lenders, path: &Path, count: usize) -> bool {
    let Some(last) = path.segments.last() else { return false };
    let is_of_block = path.segments.len() > 1 || lenders.len() == 1;
    is_of_block && lenders.get(&last.ident.to_string()).is_some_and(|lending| lending.count == count)
}

impl Lending {
    /// Whether the argument at this position is one.
    pub(super) fn contains(&self, position: usize) -> bool {
        self.positions.contains(&position)
    }

    /// As of a function without the first argument.
    pub(super) fn without_first(&self) -> Self {
        let shifted = |positions: &[usize]| -> Vec<usize> {
            positions.iter().filter_map(|position| position.checked_sub(1)).collect()
        };
        let (positions, slices, others) =
            (shifted(&self.positions), shifted(&self.slices), shifted(&self.others));
        Lending { positions, slices, others, count: self.count.saturating_sub(1) }
    }

    fn of(signature: &Signature, outer: &Generics, is_lender: impl Fn(&Ident, &Type) -> bool) -> Self {
        let generics = generic_names(&signature.generics, outer);
        let arguments = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        });
        let mut lending = Lending::default();
        for (position, argument) in arguments.enumerate() {
            lending.count += 1;
            let is_constant = argument.attrs.iter().any(|attribute| attribute.path().is_ident("constant"));
            let is_value = match &*argument.pat {
                Pat::Ident(name) => is_lent(&argument.ty, &generics) && is_lender(&name.ident, &argument.ty),
                _ => false,
            };
            if is_constant || !is_value {
                let is_mutable =
                    matches!(&*argument.ty, Type::Reference(reference) if reference.mutability.is_some());
                lending.others.extend(is_mutable.then_some(position));
                continue;
            }
            lending.positions.push(position);
            if matches!(behind_references(&argument.ty), Type::Slice(_)) {
                lending.slices.push(position);
            }
        }
        lending
    }
}

/// Returns what functions with these signatures may change, by the types of their arguments alone.
pub(super) fn by_type<'s>(signatures: impl Iterator<Item = &'s Signature>, outer: &Generics) -> Lenders {
    signatures
        .map(|signature| (signature.ident.to_string(), Lending::of(signature, outer, |_, _| true)))
        .collect()
}

/// Returns what functions change.
pub(super) fn by_use<'f>(
    functions: impl Iterator<Item = &'f ImplItemFn> + Clone,
    outer: &Generics,
) -> Lenders {
    let mut lenders = Lenders::new();
    loop {
        let count =
            |lenders: &Lenders| lenders.values().map(|lending| lending.positions.len()).sum::<usize>();
        let known = count(&lenders);
        lenders = functions
            .clone()
            .map(|function| {
                let generics = &function.sig.generics;
                let found = Lending::of(&function.sig, outer, |name, ty| {
                    is_value(ty, generics, outer)
                        || is_changed(name, &function.block, &lenders)
                        || holds_value(ty)
                });
                (function.sig.ident.to_string(), found)
            })
            .collect();
        if count(&lenders) == known {
            return lenders;
        }
    }
}

/// Whether a type is a value by its name.
fn is_value(ty: &Type, own: &Generics, outer: &Generics) -> bool {
    match ty {
        Type::Reference(inner) => is_value(&inner.elem, own, outer),
        Type::Slice(inner) => is_value(&inner.elem, own, outer),
        Type::Array(inner) => is_value(&inner.elem, own, outer),
        Type::Tuple(parts) => parts.elems.iter().any(|part| is_value(part, own, outer)),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return false };
            let is_param =
                own.type_params().chain(outer.type_params()).any(|param| path.path.is_ident(&param.ident));
            let inside = match &last.arguments {
                PathArguments::AngleBracketed(arguments) => arguments.args.iter().any(|argument| {
                    matches!(argument, GenericArgument::Type(inner) if is_value(inner, own, outer))
                }),
                _ => false,
            };
            let name = last.ident.to_string();
            let holds = ["Vec", "Option", "Box", "Result"].contains(&&*name) && inside;
            is_param || holds || ["Tensor", "f32", "f64"].contains(&&*name)
        }
        _ => false,
    }
}

/// Whether a body gives an argument a new value, or one of its parts.
fn is_changed(name: &Ident, block: &Block, lenders: &Lenders) -> bool {
    let mut changes = Changes { names: vec![name.clone()], lenders, found: false };
    changes.visit_block(block);
    changes.found
}

struct Changes<'n> {
    /// The argument, and names for `&mut` of its parts.
    names: Vec<Ident>,
    lenders: &'n Lenders,
    found: bool,
}

impl Changes<'_> {
    fn is_inside(&self, place: &Expr) -> bool {
        match place {
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.names.contains(name)),
            Expr::Field(field) => self.is_inside(&field.base),
            Expr::Index(access) => self.is_inside(&access.expr),
            Expr::Paren(inner) => self.is_inside(&inner.expr),
            Expr::Reference(inner) => self.is_inside(&inner.expr),
            Expr::Unary(inner) => self.is_inside(&inner.expr),
            Expr::Tuple(places) => places.elems.iter().any(|place| self.is_inside(place)),
            _ => false,
        }
    }

    /// Whether an expression borrows the argument or parts of it, or iterates over them.
    fn borrows(&self, expr: &Expr) -> bool {
        match expr {
            Expr::MethodCall(call) => {
                self.borrows(&call.receiver) || call.args.iter().any(|other| self.borrows(other))
            }
            expr => self.is_inside(expr),
        }
    }

    /// Remembers the names of a pattern if they may be borrowed parts.
    fn bound(&mut self, pattern: &Pat, from: &Expr) {
        if self.borrows(from) {
            self.names.extend(free::bound(pattern));
        }
    }

    fn assigned(&mut self, place: &Expr, value: &Expr) {
        self.found |= self.is_inside(place) && !is_count(value);
    }
}

impl<'ast> Visit<'ast> for Changes<'_> {
    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        if let Some(init) = &local.init {
            self.bound(&local.pat, &init.expr);
        }
    }

    fn visit_expr_let(&mut self, condition: &'ast syn::ExprLet) {
        self.bound(&condition.pat, &condition.expr);
        visit::visit_expr_let(self, condition);
    }

    fn visit_expr_for_loop(&mut self, for_loop: &'ast syn::ExprForLoop) {
        self.bound(&for_loop.pat, &for_loop.expr);
        visit::visit_expr_for_loop(self, for_loop);
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        self.assigned(&assign.left, &assign.right);
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        if super::lower::compound(&binary.op).is_some() {
            self.assigned(&binary.left, &binary.right);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        const CHANGES: [&str; 6] = ["push", "insert", "extend", "append", "replace", "get_or_insert"];
        let changes = CHANGES.contains(&&*call.method.to_string()) && !call.args.iter().all(is_count);
        self.found |= changes && self.is_inside(&call.receiver);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        if let Some((name, arguments)) = called(expr) {
            let changed = self.lenders.get(&name.to_string());
            let of_memory = ["swap", "replace", "take"].contains(&&*name.to_string());
            for (position, argument) in arguments.iter().enumerate() {
                let is_lent = changed.is_some_and(|changed| changed.contains(position)) || of_memory;
                self.found |= is_lent && self.is_inside(argument);
            }
        }
        visit::visit_expr(self, expr);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// The name and the arguments of a call of a function, or of a method of `self`.
fn called(expr: &Expr) -> Option<(&Ident, &Punctuated<Expr, Token![,]>)> {
    match expr {
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => Some((&path.path.segments.last()?.ident, &call.args)),
            _ => None,
        },
        Expr::MethodCall(call) if matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self")) => {
            Some((&call.method, &call.args))
        }
        _ => None,
    }
}

/// Whether an expression certainly carries no gradient: it consists of literals and sizes, or is cut off.
fn is_count(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(literal) => !matches!(literal.lit, syn::Lit::Float(_)),
        Expr::Paren(inner) => is_count(&inner.expr),
        Expr::Unary(inner) => is_count(&inner.expr),
        Expr::Binary(both) => is_count(&both.left) && is_count(&both.right),
        Expr::Cast(cast) => is_count(&cast.expr),
        Expr::MethodCall(call) => is_query(call),
        Expr::Call(call) => is_cut(&call.func),
        Expr::Macro(mac) => !mac.mac.path.is_ident("vec"),
        _ => false,
    }
}
