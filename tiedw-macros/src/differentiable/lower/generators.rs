//! Functions that take a generator of one type, called in a `#[checkpoint]`: there a name of a generator stands for one that records
//! its numbers. rustc would show that type.

use crate::visit::{self, Visit};
use proc_macro2::{Ident, Span};
use quote::quote;
use syn::{Expr, ExprCall, ExprMethodCall, FnArg, ImplItem, Item, Local, Pat, Signature, Type};

use super::expression::itself;
use super::{Lower, free};
use crate::beside;
use crate::differentiable::lent::is_generator;
use crate::differentiable::scope::Binding;

/// The generators that have no `Clone`.
const GENERATORS: [&str; 5] = ["StdRng", "ChaCha8Rng", "ChaCha12Rng", "ChaCha20Rng", "SysRng"];

impl Lower<'_> {
    /// Reports such functions of the same file; returns whether there are some.
    pub(super) fn refuse_generators(&mut self, expr: &Expr, is_marked: bool) -> bool {
        let generators = self.arguments.iter().filter(|argument| generator(&argument.ty).is_some());
        let mut generators: Vec<_> = generators.map(|argument| argument.name.to_string()).collect();
        generators.extend(self.local_generators(expr).iter().map(Ident::to_string));
        if generators.is_empty() {
            return false;
        }
        let mut calls = Calls { generators, found: Vec::new() };
        calls.visit_expr(expr);
        let (mut items, mut is_refused) = (None, false);
        for Passed { callee, is_method, position, argument } in calls.found {
            let items = items.get_or_insert_with(|| beside::items(Span::call_site()).unwrap_or_default());
            let Some(ty) = taken_by(items, &callee, is_method, position) else { continue };
            is_refused = true;
            let recording = match is_marked {
                true => "a `#[checkpoint]` cannot record",
                false => {
                    "a call with a closure, which runs forward again in the backward pass, cannot record"
                }
            };
            self.errors.at(
                &argument,
                format_args!(
                    "`{callee}` takes a `&mut {ty}`, whose numbers {recording}: let it take `&mut impl Rng`"
                ),
            );
        }
        is_refused
    }

    /// Lets an expression that runs again draw from references to the generators of this body, whose numbers can be recorded.
    pub(super) fn with_lent_generators(&mut self, expr: &Expr) -> Option<Expr> {
        let generators = self.local_generators(expr);
        if generators.is_empty() {
            return None;
        }
        let mut expr = expr.clone();
        for generator in generators {
            let name = self.fresh("generator");
            self.plain(quote!(let #name = &mut #generator;));
            self.scope.bind(&name, Binding::Plain);
            self.mutable.insert(name.to_string());
            free::replace(&mut expr, &mut |used| (*used == generator).then(|| syn::parse_quote!((*#name))));
        }
        Some(expr)
    }

    /// The variables of this body that are generators and that an expression uses.
    fn local_generators(&self, expr: &Expr) -> Vec<Ident> {
        let mut locals = Locals(Vec::new());
        locals.visit_block(self.body);
        let is_data = |name: &Ident| {
            matches!(self.scope.get(&name.to_string()), Some(Binding::Plain | Binding::Mutable(_)))
        };
        locals.0.retain(is_data);
        if locals.0.is_empty() {
            return locals.0;
        }
        let mut used = Vec::new();
        for name in free::names(expr) {
            if locals.0.contains(&name) && !used.contains(&name) {
                used.push(name);
            }
        }
        used
    }
}

/// The names of variables that are made by a function of a generator, as `StdRng::seed_from_u64`.
struct Locals(Vec<Ident>);

impl<'ast> Visit<'ast> for Locals {
    fn visit_local(&mut self, local: &'ast Local) {
        if let Pat::Ident(name) = &local.pat
            && name.mutability.is_some()
            && let Some(init) = &local.init
            && let Expr::Call(call) = &*init.expr
            && let Expr::Path(function) = &*call.func
            && function.path.segments.iter().any(|segment| is_generator(&segment.ident.to_string()))
        {
            self.0.push(name.ident.clone());
        }
        visit::visit_local(self, local);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

/// A generator that is passed to a function or a method.
struct Passed {
    callee: Ident,
    is_method: bool,
    /// Its position among the arguments, without the receiver.
    position: usize,
    argument: Expr,
}

struct Calls {
    generators: Vec<String>,
    found: Vec<Passed>,
}

impl Calls {
    fn add<'e>(&mut self, callee: &Ident, is_method: bool, arguments: impl IntoIterator<Item = &'e Expr>) {
        for (position, argument) in arguments.into_iter().enumerate() {
            let name = match itself(argument) {
                Expr::Path(path) => path.path.get_ident(),
                _ => None,
            };
            if name.is_some_and(|name| self.generators.contains(&name.to_string())) {
                let (callee, argument) = (callee.clone(), argument.clone());
                self.found.push(Passed { callee, is_method, position, argument });
            }
        }
    }
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(function) = &*call.func
            && let Some(name) = function.path.get_ident()
        {
            self.add(name, false, &call.args);
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.add(&call.method, true, &call.args);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

/// The type of the generator that a function or a method takes there, if it is one of these.
fn taken_by(items: &[Item], callee: &Ident, is_method: bool, position: usize) -> Option<Ident> {
    let is_it =
        |signature: &&Signature| signature.ident == *callee && signature.receiver().is_some() == is_method;
    let of_impl = |item: &ImplItem| match item {
        ImplItem::Fn(function) => Some(function.sig.clone()),
        _ => None,
    };
    let mut signatures = items.iter().flat_map(|item| match item {
        Item::Fn(function) => vec![function.sig.clone()],
        Item::Impl(block) => block.items.iter().filter_map(of_impl).collect(),
        _ => Vec::new(),
    });
    let signature = signatures.find(|signature| is_it(&signature))?;
    match signature.inputs.iter().nth(position + usize::from(is_method))? {
        FnArg::Typed(argument) => generator(&argument.ty).cloned(),
        FnArg::Receiver(_) => None,
    }
}

/// The name of the type of a generator, behind a mutable reference.
fn generator(ty: &Type) -> Option<&Ident> {
    let Type::Reference(reference) = ty else { return None };
    let Type::Path(path) = &*reference.elem else { return None };
    let name = &path.path.segments.last()?.ident;
    (reference.mutability.is_some() && GENERATORS.iter().any(|known| name == known)).then_some(name)
}
