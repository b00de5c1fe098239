//! Closures that are passed to functions and methods whose bodies are elsewhere, as to those of another crate: each has a pullback, which adds
//! to what the closure captures. The call runs forward again in the backward pass, where there are places for that.

use proc_macro2::Ident;
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure, Pat, ReturnType, Token};

use super::Lower;
use super::expression::itself;
use super::{free, order};
use crate::differentiable::mentions;
use crate::differentiable::model::{self, Operand, PassedClosure, Step};
use crate::differentiable::passed::companion;
use crate::differentiable::scope::Binding;
use crate::differentiable::takers::{self, Companion};
use crate::file_facts;
use crate::known::{self, Place};

type Arguments = Punctuated<Expr, Token![,]>;

/// A function with a companion in place of which a closure is passed; `None` if nothing else is known of it.
type Known = Option<Companion>;

impl Lower<'_> {
    /// What a function takes for an argument that is a closure in place of a function with a companion. Of a function of another crate, it is
    /// assumed that it takes one if a gradient flows through the closure.
    pub(super) fn taken_by_function(
        &self,
        function: &syn::Path,
        position: usize,
        argument: &Expr,
    ) -> Option<Known> {
        let is_unknown = || {
            takers::is_of_another_crate(function)
                && (self.is_carrying_argument(argument) || self.is_apart(argument))
        };
        self.is_closure(argument).then(|| taken(takers::taken_by_function(function, position), is_unknown))?
    }

    /// As [`taken_by_function`](Self::taken_by_function), of a method of a part of the module if nothing else is known.
    pub(super) fn taken_by_method(
        &self,
        method: &Ident,
        is_of_part: bool,
        position: usize,
        argument: &Expr,
    ) -> Option<Known> {
        let is_unknown = || is_of_part && (self.is_carrying_argument(argument) || self.is_apart(argument));
        self.is_closure(argument).then(|| taken(takers::taken_by_method(method, position), is_unknown))?
    }

    /// For each argument, what is taken for it if it is such a closure.
    pub(super) fn closures_taken(
        &self,
        arguments: &Arguments,
        taken: impl Fn(&Self, usize, &Expr) -> Option<Known>,
    ) -> Vec<Option<Known>> {
        let arguments = arguments.iter().enumerate();
        arguments.map(|(position, argument)| taken(self, position, argument)).collect()
    }

    pub(super) fn is_carrying_argument(&self, argument: &Expr) -> bool {
        match itself(argument) {
            Expr::Closure(closure) => {
                self.is_carrying(closure)
                    || mentions::of(&self.scope, &closure.body)
                        .parts
                        .iter()
                        .any(|part| self.starts_at_known_part(part))
            }
            // One through which no gradient flows, as it seems.
            _ => self.plain_closure_place(argument).is_none(),
        }
    }

    /// Whether an expression is a field of the module that is certainly no setting, or what is found in one.
    fn starts_at_known_part(&self, part: &Expr) -> bool {
        let is_within = match itself(part) {
            Expr::Field(field) => self.starts_at_known_part(&field.base),
            Expr::Index(access) => self.starts_at_known_part(&access.expr),
            _ => false,
        };
        is_within || self.is_known_part(part)
    }

    /// Whether some closures that are passed capture something, so that the call must run forward again in the backward pass.
    pub(super) fn capture(&self, arguments: &Arguments, taken: &[Option<Known>]) -> bool {
        arguments.iter().zip(taken).any(|(argument, taken)| taken.is_some() && !self.is_apart(argument))
    }

    /// Lowers a call with such closures, which runs forward again in the backward pass, other than its arguments.
    pub(super) fn with_companions_of_closures(
        &mut self,
        arguments: &Arguments,
        with: impl FnOnce(Arguments) -> Expr,
    ) -> Operand {
        let (mut before, mut names) = (quote!(), Arguments::new());
        let is_kept = |this: &Self, argument: &Expr| {
            this.is_closure(argument) || is_simple(argument) || this.is_passed(argument)
        };
        let last = arguments.iter().rposition(|argument| !is_kept(self, argument));
        for (position, argument) in arguments.iter().enumerate() {
            let name = self.fresh("argument");
            // What a later argument changes, is read before.
            let is_variable = matches!(argument, Expr::Path(_)) && !self.is_closure(argument);
            let is_read_before =
                is_variable && !self.is_passed(argument) && last.is_some_and(|last| position < last);
            names.push(match is_kept(self, argument) && !is_read_before {
                true => argument.clone(),
                false => {
                    before.extend(quote!(let #name = #argument;));
                    syn::parse_quote!(#name)
                }
            });
        }
        let call = with(names);
        match before.is_empty() {
            true => {
                self.is_rerun = true;
                self.checkpoint(&call, call.span(), false)
            }
            false => self.parsed(Some(quote!({ #before #call })), &call),
        }
    }

    /// Reports a function that the file imports without its companion: rustc could not infer what a closure takes. Returns whether it is one.
    pub(super) fn refuse_without_companion(&mut self, function: &syn::Path) -> bool {
        let Some(name) = function.get_ident() else { return false };
        let companion = companion(name);
        let is_imported = Place::of(name.span()).is_some_and(|place| {
            file_facts::types(place.file()).imports_by_name(&name.to_string()).is_some()
        });
        let is_without = is_imported && !known::is_named_in_file(name.span(), &companion.to_string());
        if is_without {
            self.errors.at(
                name,
                format_args!("`{name}` is imported without its companion: import `{companion}`, too, or call it by its path"),
            );
        }
        is_without
    }

    /// Replaces the closures among the arguments of a call by names, and lowers them.
    pub(super) fn lowered_closures(
        &mut self,
        arguments: &mut Arguments,
        taken: &[Option<Known>],
    ) -> Vec<PassedClosure> {
        let mut closures = Vec::new();
        for (position, argument) in arguments.iter_mut().enumerate() {
            let Some(companion) = taken[position] else { continue };
            if let Some(place) = self.plain_closure_place(argument) {
                // Its body is lowered where it is called.
                self.promoted.insert(place);
            } else if let Some(closure) = self.lowered_closure(position, argument, companion) {
                // rustc says so where the function itself is called.
                let count = closure.inputs.len();
                self.is_refused |= companion.is_some_and(|companion| companion.count != count);
                closures.push(closure);
            }
            let name = self.fresh("companion");
            self.scope.bind(&name, Binding::Passed);
            *argument = syn::parse_quote!(#name);
        }
        closures
    }

    /// Adds to the call that was lowered last the closures that are passed to it, and whether functions are that captured something elsewhere.
    pub(super) fn pass_closures(&mut self, closures: Vec<PassedClosure>, passes_on: bool) {
        if let Some(Step::Call(call)) = self.steps.last_mut() {
            call.captures = passes_on || closures.iter().any(|closure| !closure.is_apart);
            call.closures = closures;
        }
    }

    /// Whether some arguments are functions that were passed to this body.
    pub(super) fn passes_on(&self, arguments: &Arguments) -> bool {
        arguments.iter().any(|argument| match itself(argument) {
            Expr::Path(path) => self.is_passed_on(path),
            _ => false,
        })
    }

    fn lowered_closure(
        &mut self,
        position: usize,
        argument: &Expr,
        companion: Known,
    ) -> Option<PassedClosure> {
        let is_apart = self.is_apart(argument);
        let closure = self.with_arguments(itself(argument))?;
        let changed = |name: &&Ident| {
            self.scope.get(&name.to_string()).is_some() && order::changes_name(&closure.body, name)
        };
        if let Some(name) = free::names(&Expr::Closure(closure.clone())).iter().find(changed) {
            // rustc says so where the function itself is called.
            if companion.is_some_and(|companion| companion.is_shared) {
                self.is_refused = true;
                return None;
            }
            self.errors.at(
                argument,
                format_args!(
                    "this closure changes `{name}`, and the function that it is passed to may run more than once; let it return what it \
                     computes, or write a loop"
                ),
            );
            return None;
        }
        self.refuse_state(&closure);
        let (label, body) = self.without_returns(&closure.body);
        self.scope.enter();
        let outer = std::mem::take(&mut self.steps);
        let (mut inputs, mut lets) = (Vec::new(), quote!());
        for pattern in &closure.inputs {
            let name = self.fresh("input");
            let var = self.var(name.clone(), false);
            self.scope.bind(&name, Binding::Var(var));
            let (pattern, ty) = match pattern {
                Pat::Type(typed) => (&*typed.pat, Some(self.gated_type(&typed.ty))),
                pattern => (pattern, None),
            };
            inputs.push((var, ty));
            lets.extend(quote!(let #pattern = #name;));
        }
        let block = quote!(#label { #lets #body });
        let code = match &closure.output {
            ReturnType::Type(_, ty) => {
                let result = self.fresh("result");
                quote!({ let #result: #ty = #block; #result })
            }
            ReturnType::Default => block,
        };
        let code = syn::parse2::<Expr>(code).ok()?;
        let tail = self.expr(&code);
        let block = model::Block { steps: std::mem::replace(&mut self.steps, outer), tail };
        self.scope.leave();
        let is_either = companion.is_none() && is_apart;
        Some(PassedClosure { position, inputs, block, span: argument.span(), is_apart, is_either })
    }

    /// A closure, or one that calls the closure of a name.
    fn with_arguments(&mut self, argument: &Expr) -> Option<ExprClosure> {
        let name = match argument {
            Expr::Closure(closure) => return Some(closure.clone()),
            Expr::Path(path) => path.path.get_ident()?,
            _ => return None,
        };
        let count = match self.scope.get(&name.to_string())? {
            Binding::Closure(closure) => closure.count(),
            _ => return None,
        };
        let inputs: Vec<_> = (0..count)
            .map(|i| format_ident!("__passed{i}", span = proc_macro2::Span::mixed_site()))
            .collect();
        syn::parse2(quote!(|#(#inputs),*| #name(#(#inputs),*))).ok()
    }
}

/// An argument that can be evaluated again: a name, a reference to one, a number.
fn is_simple(argument: &Expr) -> bool {
    match argument {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Reference(reference) => reference.mutability.is_some() || is_simple(&reference.expr),
        Expr::Paren(inner) => is_simple(&inner.expr),
        _ => false,
    }
}

/// What is taken, if the function is known or else may take a companion.
fn taken(known: Option<Option<Companion>>, is_unknown: impl FnOnce() -> bool) -> Option<Known> {
    match known {
        Some(companion) => companion.map(Some),
        None => is_unknown().then_some(None),
    }
}
