//! Lowering of function calls, method calls and operators to calls of their `_vjp` companions.

use std::rc::Rc;

use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{AngleBracketedGenericArguments, Expr, Member, PathArguments, Token};

use super::Lower;
use super::closure::calls_part;
use super::expression::{itself, variable};
use super::in_parens::in_parens;
use super::lent;
use super::module_path::is_part;
use super::names::{NUMBERS, OPERATIONS, has_generic_result, is_operation, is_order, reads_elements};
use super::operator::is_literal;
use super::optional::is_method_of_option;
use crate::differentiable::checked::gated;
use crate::differentiable::lenders;
use crate::differentiable::mentions::{is_cut, is_named_as_query, is_query};
use crate::differentiable::method::Argument;
use crate::differentiable::model::{Call, Operand, Out, Step, Target};
use crate::differentiable::passed::{companion, companion_path};
use crate::differentiable::scope::{Binding, ModulePath};
use crate::differentiable::stubs::{self, Callee, FunctionOfFields, MethodOfField};
use crate::differentiable::this::is_self_alone;
use crate::differentiable::tokens::Tokens;
use crate::known;
use crate::private::private_at;

impl Lower<'_> {
    /// Emits a call of a companion whose callee ends at a span, and returns its result.
    pub(super) fn emit(
        &mut self,
        (callee, end, check): (Tokens, Span, Callee),
        part: Option<Tokens>,
        arguments: Vec<Tokens>,
        targets: Vec<Target>,
    ) -> Operand {
        let var = self.temporary(false);
        self.typed.insert(var);
        let (pattern, out, written) = (None, Out::Var(var), None);
        self.steps.push(Step::Call(Call {
            var,
            pattern,
            out,
            callee,
            end,
            check,
            part,
            arguments,
            targets,
            written,
            closures: Vec::new(),
            captures: false,
        }));
        Operand { expr: var.value().into(), target: Target::Var(var) }
    }

    /// Remembers whether the result of a call certainly carries a gradient.
    pub(super) fn mark(&mut self, result: &Operand, certain: bool) {
        if let Target::Var(var) = result.target {
            self.certain[var.0] = certain;
            if certain && self.typed.contains(&var) {
                self.owned.insert(var);
            }
        }
    }

    pub(super) fn method_call(&mut self, call: &syn::ExprMethodCall) -> Operand {
        self.is_lending = false;
        let is_rerun = std::mem::take(&mut self.is_rerun);
        if is_query(call) {
            return self.query(call);
        }
        if self.is_of_setting(call) {
            return self.plain_expr(&Expr::MethodCall(call.clone()), "a setting does not");
        }
        if is_order(&call.method)
            && let Some(other) = call.args.first()
            && !self.is_plain(&Expr::MethodCall(call.clone()))
        {
            let (left, dot, method) = (self.compared(&call.receiver), call.dot_token, &call.method);
            let right = self.compared(other);
            return Operand::plain(quote!((#left) #dot #method(#right)));
        }
        if is_ordering(&call.receiver) {
            let receiver = self.expr(&call.receiver).expr;
            let arguments =
                call.args.iter().map(|argument| self.plain_expr(argument, "an order does not").expr);
            let (dot, method) = (call.dot_token, &call.method);
            let arguments = in_parens(call.paren_token, &call.args, arguments);
            return Operand::plain(quote!(#receiver #dot #method #arguments));
        }
        if let Some(result) = self.reads_of_constant(call) {
            return result;
        }
        let (companion, turbofish) = (companion(&call.method), &call.turbofish);
        let end = turbofish.as_ref().map_or_else(|| call.method.span(), |turbofish| turbofish.gt_token.span);
        if reads_elements(call) {
            let whole = Expr::MethodCall(call.clone());
            return self
                .plain_expr(&whole, "an element that is read loses it; use an operation such as `slice`, and of a list, `&list[..]`");
        }
        if call.method == "sin_cos" && call.args.is_empty() && !self.is_plain(&Expr::MethodCall(call.clone()))
        {
            return self.sine_and_cosine(call);
        }
        if let Some(result) = self.mapped_array(call) {
            return result;
        }
        let is_option = match &*call.receiver {
            _ if call.args.len() == 1 && call.method == "map" && self.is_array(&call.receiver) => false,
            Expr::MethodCall(part) => !matches!(&*part.method.to_string(), "unwrap" | "expect"),
            receiver => !is_self_alone(receiver) && is_method_of_option(call),
        };
        if is_option
            && is_part(self, &call.receiver)
            && let Some(result) = self.optional(call)
        {
            return result;
        }
        let with = |args| Expr::MethodCall(syn::ExprMethodCall { args, ..call.clone() });
        let kind = match is_self_alone(&call.receiver) {
            true => lent::Callee::Own,
            false if call.method == "forward" => lent::Callee::Library,
            false => lent::Callee::Method,
        };
        let own = (Some(&call.method), kind);
        if call.args.is_empty()
            && matches!(&*call.method.to_string(), "clone" | "to_owned")
            && self.is_element_of_parameter(&call.receiver)
        {
            return self.differentiated(itself(&call.receiver));
        }
        if let Some(module) = self.part_or_element(&call.receiver) {
            if let Some(result) = self.lending(&call.args, own, with) {
                return result;
            }
            if let Some(code) = self.inlined(call) {
                return self.parsed(Some(code), call);
            }
            let taken = self.closures_taken(&call.args, |this, position, argument| {
                this.taken_by_method(&call.method, true, position, argument)
            });
            if !is_rerun && self.capture(&call.args, &taken) {
                return self.with_companions_of_closures(&call.args, with);
            }
            let mut args = match call.method == "forward" {
                true => call.args.clone(),
                false => self.with_companions(&call.args),
            };
            let closures = self.lowered_closures(&mut args, &taken);
            let operands = self.in_order(&args, Self::argument).into_iter();
            let (arguments, targets): (Vec<_>, Vec<_>) =
                operands.map(|value| (value.expr, value.target)).unzip();
            let check = match self.method_stub(call, &companion) {
                Callee::Method(method)
                    if self.is_data(call, &targets) && !has_generic_result(&call.method) =>
                {
                    of_field(method, &module, call, &companion)
                }
                check => check,
            };
            let callee = callee(module.view, call.dot_token, companion, turbofish.as_ref());
            let result = self.emit((callee, end, check), Some(module.steps), arguments, targets);
            self.pass_closures(closures, self.passes_on(&call.args));
            self.mark(&result, call.method == "forward");
            return result;
        }
        if let Some(result) = self.for_each_place(call) {
            return result;
        }
        let in_list = self.method_of_place(call).or_else(|| self.reordered(call));
        if let Some(result) = in_list.or_else(|| self.list_method(call)).or_else(|| self.conversion(call)) {
            return result;
        }
        let chain = self.chain(call).or_else(|| self.collected(&Expr::MethodCall(call.clone())));
        if chain.is_none() && self.is_of_items(call) && !self.ends_chain(&call.receiver) {
            return self.plain_expr(&Expr::MethodCall(call.clone()), "a setting does not");
        }
        if let Some(result) = chain.or_else(|| self.optional(call)).or_else(|| self.container_method(call)) {
            return result;
        }
        if let Some(result) = self.lending(&call.args, (Some(&call.method), kind), with) {
            return result;
        }
        if let Some(code) = self.taken_of_computed(call) {
            return self.parsed(Some(code), call);
        }
        if !is_operation(&call.method.to_string())
            && let Some(result) = self.method_of_constant(call)
        {
            return result;
        }
        let is_plain = self.is_plain(&Expr::MethodCall(call.clone()));
        let is_known = is_plain || is_operation(&call.method.to_string());
        let taken = self.closures_taken(&call.args, |this, position, argument| {
            this.taken_by_method(&call.method, false, position, argument).filter(|_| !is_known)
        });
        if !is_rerun && self.capture(&call.args, &taken) {
            return self.with_companions_of_closures(&call.args, with);
        }
        let mut args = if is_known { call.args.clone() } else { self.with_companions(&call.args) };
        let closures = self.lowered_closures(&mut args, &taken);
        let mut operands =
            self.in_order(std::iter::once(&*call.receiver).chain(&args), Self::argument).into_iter();
        let receiver = operands.next().unwrap_or_else(Operand::unit);
        if self.refuse_chosen(call, &receiver.target) {
            return Operand::unit();
        }
        if call.args.is_empty() && (call.method == "clone" || call.method == "to_owned") {
            let (receiver_expr, dot, method) = (&receiver.expr, &call.dot_token, &call.method);
            return Operand { expr: quote!(#receiver_expr #dot #method()).into(), target: receiver.target };
        }
        let (arguments, targets): (Vec<_>, Vec<_>) = operands.map(|value| (value.expr, value.target)).unzip();
        let (receiver_expr, dot, method) = (&receiver.expr, &call.dot_token, &call.method);
        if receiver.is_plain()
            && closures.is_empty()
            && !self.passes_on(&call.args)
            && targets.iter().all(|target| matches!(target, Target::Nothing))
        {
            let arguments = in_parens(call.paren_token, &call.args, arguments);
            return Operand::plain(quote!(#receiver_expr #dot #method #turbofish #arguments));
        }
        let is_of_data = receiver.is_plain();
        if is_of_data && self.refuse_value_of_data(call, &targets) {
            return Operand::unit();
        }
        let receiver_target = receiver.target.clone();
        let targets = [receiver.target.clone()].into_iter().chain(targets).collect();
        let receiver_expr = match NUMBERS.contains(&&*call.method.to_string()) {
            true if !self.is_owned(&receiver) => {
                let expr = receiver.expr;
                quote_spanned!(span_of(&call.receiver)=> (*__Value::by_ref(&(#expr)))).into()
            }
            _ => receiver.expr,
        };
        let check = match self.method_stub(call, &companion) {
            Callee::Method(method) if is_of_data => Callee::MethodOfData(method),
            check => check,
        };
        let callee = callee(receiver_expr, call.dot_token, companion, turbofish.as_ref());
        let is_certain = self.is_certain(&receiver_target) && OPERATIONS.contains(&&*call.method.to_string());
        let result = self.emit((callee, end, check), None, arguments, targets);
        self.pass_closures(closures, self.passes_on(&call.args));
        self.mark(&result, is_certain);
        result
    }

    /// The code that takes an element of a list that has no name, as in `self.outputs(x).pop()`.
    fn taken_of_computed(&mut self, call: &syn::ExprMethodCall) -> Option<proc_macro2::TokenStream> {
        let is_taking = matches!(
            (&*call.method.to_string(), call.args.len()),
            ("pop", 0) | ("remove" | "split_off" | "swap_remove", 1)
        );
        let receiver = itself(&call.receiver);
        // What lends a place, is none of its own.
        let is_computed = match receiver {
            Expr::Call(_) => true,
            Expr::Macro(list) => list.mac.path.is_ident("vec"),
            Expr::MethodCall(computed) => {
                is_self_alone(&computed.receiver)
                    || matches!(
                        &*computed.method.to_string(),
                        "chunk" | "clone" | "collect" | "concat" | "to_vec" | "unbind"
                    )
            }
            _ => false,
        };
        if !is_taking || !is_computed || self.is_plain(receiver) {
            return None;
        }
        let (list, method, arguments) = (self.fresh("list"), &call.method, call.args.iter());
        Some(quote!({ let mut #list = #receiver; #list.#method(#(#arguments),*) }))
    }

    /// Refuses a value that is passed to a method of an argument that is data, such as a random number generator.
    fn refuse_value_of_data(&mut self, call: &syn::ExprMethodCall, targets: &[Target]) -> bool {
        let Expr::Path(receiver) = &*call.receiver else { return false };
        let Some(Binding::Plain) =
            receiver.path.get_ident().and_then(|name| self.scope.get(&name.to_string()))
        else {
            return false;
        };
        let is_it = |argument: &&Argument| receiver.path.is_ident(&argument.name.to_string());
        let is_data = self.arguments.iter().find(is_it).is_some_and(Argument::is_data);
        let companion = companion(&call.method).to_string();
        if !is_data || known::is_named_in_file(call.method.span(), &companion) {
            return false;
        }
        let passed = call.args.iter().zip(targets).filter(|(_, target)| !matches!(target, Target::Nothing));
        let passed: Vec<_> = passed.map(|(argument, _)| argument).collect();
        for argument in passed.iter().take(1) {
            self.errors.at(
                argument,
                format_args!(
                    "this carries a gradient, which `{}` loses: write `stop_gradient(..)` of it, or mark the argument that it \
                     comes from `#[constant]`",
                    call.method
                ),
            );
        }
        !passed.is_empty()
    }

    /// Whether the arguments of a method carry no gradient, and are those of the method and of its companion.
    fn is_data(&self, call: &syn::ExprMethodCall, targets: &[Target]) -> bool {
        !is_self_alone(&call.receiver)
            && targets.iter().all(|target| matches!(target, Target::Nothing))
            && !call.args.iter().any(|argument| self.is_passed(argument))
    }

    /// Adds a stub of a method, unless it is one of the crate, and returns how the result of a call is checked.
    fn method_stub(&mut self, call: &syn::ExprMethodCall, companion: &Ident) -> Callee {
        let (method, arguments) = (&call.method, call.args.len());
        let name = method.to_string();
        // The types of a closure's arguments could not be inferred.
        let takes_closure = call.args.iter().any(|argument| matches!(argument, Expr::Closure(_)));
        if takes_closure && !is_self_alone(&call.receiver) && self.refuse_reordering(method) {
            return Callee::Known;
        }
        let is_known = name == "forward" || is_operation(&name);
        if takes_closure && !is_known {
            self.stubs.method_with_closure(companion);
        }
        if is_known || takes_closure {
            return Callee::Known;
        }
        let turbofish = call.turbofish.as_ref();
        self.stubs.method(method, companion, turbofish, arguments).unwrap_or(Callee::Known)
    }

    /// Lowers a call of `stop_gradient`. It must be the crate's function, which accepts any value: the
    /// gradient through a user's function of that name would be lost.
    fn cut_off(&mut self, function: &syn::ExprPath, arguments: &Punctuated<Expr, Token![,]>) -> Operand {
        let values: Vec<_> = arguments.iter().map(|argument| self.expr(argument).expr).collect();
        let mut function = function.clone();
        let last = function.path.segments.last_mut();
        let span = last.as_ref().map_or_else(Span::call_site, |last| last.ident.span());
        if let ([value], Some(last)) = (&values[..], last) {
            last.arguments = PathArguments::None;
            let private = private_at(span);
            // After a mistake, such as a reference too many, it has an error type.
            let value = gated(self.checked, value, span);
            return Operand::plain(quote_spanned!(span=> #private::stopped(#function, #value)));
        }
        Operand::plain(quote!(#function(#(#values),*)))
    }

    pub(super) fn query(&mut self, call: &syn::ExprMethodCall) -> Operand {
        let private = private_at(call.method.span());
        let receiver = match self.part_or_element(&call.receiver) {
            Some(module) => module.view,
            None => self.expr(&call.receiver).expr,
        };
        let (dot, method) = (&call.dot_token, &call.method);
        let query = quote!(#receiver #dot #method());
        Operand::plain(quote_spanned!(method.span()=> #private::without_gradient(#query)))
    }

    pub(super) fn call(&mut self, call: &syn::ExprCall) -> Operand {
        let is_lending = std::mem::take(&mut self.is_lending);
        let is_rerun = std::mem::take(&mut self.is_rerun);
        if let Expr::Closure(_) | Expr::Paren(_) = &*call.func
            && self.flows_through(&Expr::Call(call.clone()))
        {
            let arguments = call.args.iter().map(ToTokens::to_token_stream);
            let inlined = self.applied(&call.func, arguments);
            return self.parsed(inlined, call);
        }
        let Expr::Path(function) = &*call.func else {
            return self
                .plain_expr(&Expr::Call(call.clone()), "only a function that is named can pass it on");
        };
        let local = function.path.get_ident().and_then(|name| self.scope.get(&name.to_string()));
        if let Some(Binding::Closure(closure)) = local {
            let closure = Rc::clone(closure);
            return self.call_closure(&closure, call);
        }
        if let Some(Binding::Function(function)) = local {
            let function = Expr::Path((**function).clone());
            return self.call(&syn::ExprCall { func: Box::new(function), ..call.clone() });
        }
        if let Some(Binding::PlainClosure(place)) = local
            && call
                .args
                .iter()
                .any(|argument| self.carries_gradient(argument) || self.is_element_of_parameter(argument))
        {
            let place = place.clone();
            self.promoted.insert(place);
            return Operand::unit();
        }
        if let Some(Binding::Passed) = local {
            let callee = variable(function);
            let operands = self.in_order(&call.args, Self::argument).into_iter();
            let (arguments, targets) = operands.map(|value| (value.expr, value.target)).unzip();
            let result = self.emit((callee, call.func.span(), Callee::Known), None, arguments, targets);
            self.pass_closures(Vec::new(), true);
            return result;
        }
        if local.is_some() && call.args.iter().any(|argument| calls_part(&self.scope, argument)) {
            self.errors.at(
                function,
                "a function value has no derivative; call the function where it is chosen, or write one under `#[differentiable]`",
            );
            return Operand::unit();
        }
        if local.is_some() {
            return self.plain_expr(
                &Expr::Call(call.clone()),
                "a closure has no derivative; write a function under `#[differentiable]`",
            );
        }
        let last = function.path.segments.last();
        if is_cut(&call.func) {
            return self.cut_off(function, &call.args);
        }
        if is_of_data(&function.path) && !self.is_plain(&Expr::Call(call.clone())) {
            return self.plain_expr(&Expr::Call(call.clone()), "data without a gradient does not");
        }
        if let Some(code) = as_method(function, &call.args)
            && !self.is_plain(&Expr::Call(call.clone()))
        {
            return self.parsed(Some(code), call);
        }
        if last.is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase))
            && !self.is_plain(&Expr::Call(call.clone()))
        {
            return self.constructor(function, &call.args);
        }
        if last.is_some_and(|last| is_order(&last.ident)) && call.args.len() == 2 {
            let (left, right) = (self.compared(&call.args[0]), self.compared(&call.args[1]));
            return Operand::plain(quote!(#function(#left, #right)));
        }
        if function.path.is_ident("drop") && call.args.len() == 1 {
            let value = self.expr(&call.args[0]).expr;
            return Operand::plain(quote!(::core::mem::drop(#value)));
        }
        if let Some(result) = self.array_from_fn(call).or_else(|| self.array_function(call, function)) {
            return result;
        }
        let known = self.memory(call, function).or_else(|| self.boxed(call, function));
        if let Some(result) = known
            .or_else(|| self.list_function(call, function))
            .or_else(|| self.temporary_of_branch(call, function))
            .or_else(|| self.split(call, function))
            .or_else(|| self.list_conversion(call, function))
            .or_else(|| self.conversion_by_path(call, function))
        {
            return result;
        }
        if let Some(result) = self.call_with_closure(call) {
            return result;
        }
        let with = |args| Expr::Call(syn::ExprCall { args, ..call.clone() });
        let kind = match lenders::are_named(self.lenders, &function.path, call.args.len()) {
            true => lent::Callee::Own,
            false if last.is_some_and(|last| last.ident.to_string().ends_with("_loss")) => {
                lent::Callee::Library
            }
            false if function.path.get_ident().is_some() => lent::Callee::Function,
            false => lent::Callee::Method,
        };
        if let Some(result) = self.lending(&call.args, (last.map(|last| &last.ident), kind), with) {
            return result;
        }
        if let Some(result) = self.function_of_constants(function, call) {
            return result;
        }
        let is_plain = self.is_plain(&Expr::Call(call.clone()))
            && !call
                .args
                .iter()
                .any(|argument| self.is_closure(argument) && self.is_carrying_argument(argument));
        let taken = self.closures_taken(&call.args, |this, position, argument| {
            this.taken_by_function(&function.path, position, argument).filter(|_| !is_plain)
        });
        if taken.iter().any(Option::is_some) && !is_rerun {
            if self.refuse_without_companion(&function.path) {
                return Operand::unit();
            }
            if self.capture(&call.args, &taken) {
                return self.with_companions_of_closures(&call.args, with);
            }
        }
        let mut args = if is_plain { call.args.clone() } else { self.with_companions(&call.args) };
        let closures = self.lowered_closures(&mut args, &taken);
        let operands = self.in_order(&args, Self::argument).into_iter();
        let (arguments, targets): (Vec<_>, Vec<_>) = operands.map(|value| (value.expr, value.target)).unzip();
        if closures.is_empty()
            && !self.passes_on(&call.args)
            && targets.iter().all(|target| matches!(target, Target::Nothing))
        {
            let arguments = in_parens(call.paren_token, &call.args, arguments);
            return Operand::plain(quote!(#function #arguments));
        }
        if self.refuse_bits(&function.path) {
            return Operand::unit();
        }
        let companion_path = companion_path(function);
        let companion = companion_path.path.segments.last();
        let end = companion.map_or_else(Span::call_site, |companion| match &companion.arguments {
            PathArguments::AngleBracketed(arguments) => arguments.gt_token.span,
            _ => companion.ident.span(),
        });
        let arguments = arguments.into_iter().zip(&call.args).map(|(argument, source)| match self.checked {
            Some(checked) if is_literal(source) => checked.value(&argument, source.span()).into(),
            _ => argument,
        });
        let arguments: Vec<_> = arguments.collect();
        let is_loss = last.is_some_and(|last| last.ident.to_string().ends_with("_loss"));
        let is_certain = is_loss && targets.iter().any(|target| self.is_certain(target));
        let is_same =
            !is_lending && closures.is_empty() && !call.args.iter().any(|argument| self.is_passed(argument));
        let count = arguments.len();
        let once = companion.filter(|_| is_same).and_then(|companion| {
            self.stubs.once(function, &companion.ident, count, self.checked, || self.inlined.code(self.body))
        });
        let (callee, check) = once.unwrap_or_else(|| {
            let stub = companion.and_then(|companion| stubs::function(function, &companion.ident, count));
            let (callee, check) =
                stub.unwrap_or_else(|| (companion_path.to_token_stream().into(), Callee::Known));
            // After a mistake, such as in the number of arguments, it has an error type.
            let callee = match self.checked {
                Some(checked) if function.path.get_ident().is_none() || !closures.is_empty() => {
                    checked.value(&callee, end).into()
                }
                _ => callee,
            };
            (if is_same { stubs::paired(function, callee, count, self.checked) } else { callee }, check)
        });
        let is_data = |target: &Target| matches!(target, Target::Nothing | Target::Parameter(_));
        let check = match check {
            Callee::Function(name) if is_same && targets.iter().all(is_data) => {
                let fields = call.args.iter().zip(&targets).zip(&arguments);
                let fields = fields.map(|((source, target), argument)| match target {
                    Target::Parameter(_) => Some(self.owner_of(source, argument)),
                    _ => None,
                });
                Callee::OfFields(Rc::new(FunctionOfFields {
                    name,
                    written: function.to_token_stream(),
                    companion: callee.clone(),
                    fields: fields.collect(),
                }))
            }
            check => check,
        };
        let result = self.emit((callee, end, check), None, arguments, targets);
        self.pass_closures(closures, self.passes_on(&call.args));
        self.mark(&result, is_certain);
        result
    }
}

impl Lower<'_> {
    /// What an argument is an element of, if it is one.
    fn owner_of(&self, source: &Expr, argument: &Tokens) -> Option<Tokens> {
        match itself(source) {
            Expr::Index(_) => Some(argument.clone().without_index()),
            Expr::Path(path) => match self.scope.get(&path.path.get_ident()?.to_string())? {
                Binding::Module(module) => module.element_of.clone(),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Returns the span of an expression. Names are common, so they are not converted to tokens for it.
pub(super) fn span_of(expr: &Expr) -> Span {
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

/// A method of a part of the module, which is called as written if the part belongs to a setting.
fn of_field(method: Ident, module: &ModulePath, call: &syn::ExprMethodCall, companion: &Ident) -> Callee {
    let Some(field) = module.field.clone() else { return Callee::Method(method) };
    let (dot, turbofish, receiver) = (call.dot_token, &call.turbofish, module.view.clone());
    let companion = quote!(#dot #companion #turbofish);
    let written = callee(receiver.clone(), dot, method.clone(), turbofish.as_ref());
    Callee::OfField(Rc::new(MethodOfField { method, written, companion, receiver, field }))
}

/// Whether a function is one of a type that carries no gradient, such as `Ids::from_vec`.
fn is_of_data(function: &syn::Path) -> bool {
    const DATA: [&str; 6] = ["AttentionMask", "Duration", "Ids", "Instant", "Path", "String"];
    let mut segments = function.segments.iter().rev().skip(1);
    segments.next().is_some_and(|owner| DATA.contains(&&*owner.ident.to_string()))
}

/// The code that `Vec::from([..])`, `Vec::from_iter(..)`, `Add::add(x, y)` and `f64::sin_cos(x)` stand for.
fn as_method(
    function: &syn::ExprPath,
    arguments: &Punctuated<Expr, Token![,]>,
) -> Option<proc_macro2::TokenStream> {
    if function.path.segments.len() < 2 {
        return None;
    }
    let mut segments = function.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let (name, owner) = (segments.next()?, segments.next()?);
    match (&*owner, &*name, &arguments.iter().collect::<Vec<_>>()[..]) {
        ("Vec", "from", [Expr::Array(list)]) => {
            let elements = &list.elems;
            Some(quote!(vec![#elements]))
        }
        ("Vec", "from_iter", [items]) => Some(quote!(#items.into_iter().collect::<::std::vec::Vec<_>>())),
        ("Tensor" | "Vec" | "Option" | "Result" | "f32" | "f64", _, [value]) if asks_by_path(function) => {
            let query = &function.path.segments.last()?.ident;
            Some(quote!((#value).#query()))
        }
        ("Option" | "Result", _, [value, others @ ..]) if is_of_option(&name) => {
            let method = &function.path.segments.last()?.ident;
            Some(quote!((#value).#method(#(#others),*)))
        }
        ("Add" | "f32" | "f64" | "Tensor", "add", [left, right]) => Some(quote!((#left) + (#right))),
        ("Sub" | "f32" | "f64" | "Tensor", "sub", [left, right]) => Some(quote!((#left) - (#right))),
        ("Mul" | "f32" | "f64" | "Tensor", "mul", [left, right]) => Some(quote!((#left) * (#right))),
        ("Div" | "f32" | "f64" | "Tensor", "div", [left, right]) => Some(quote!((#left) / (#right))),
        ("Neg" | "f32" | "f64" | "Tensor", "neg", [value]) => Some(quote!(-(#value))),
        ("f32" | "f64", "sin_cos", [number]) => Some(quote!((#number).sin_cos())),
        _ => None,
    }
}

/// Whether a function of `Option` or `Result` is a method: it does not make one.
fn is_of_option(name: &str) -> bool {
    name.starts_with(char::is_lowercase)
        && !matches!(name, "default" | "from" | "from_iter" | "from_residual")
}

/// Whether a path is that of a method that queries a size, such as `Tensor::rows`.
fn asks_by_path(function: &syn::ExprPath) -> bool {
    function.path.segments.last().is_some_and(|last| is_named_as_query(&last.ident))
}

/// Whether an expression is the order of two values, such as `a.partial_cmp(b).unwrap()`.
fn is_ordering(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => is_ordering(&inner.expr),
        Expr::MethodCall(call) if is_order(&call.method) => true,
        Expr::MethodCall(call) => {
            matches!(&*call.method.to_string(), "unwrap" | "unwrap_or" | "expect" | "then" | "reverse")
                && is_ordering(&call.receiver)
        }
        Expr::Call(call) => matches!(
            &*call.func,
            Expr::Path(function) if function.path.segments.last().is_some_and(|last| is_order(&last.ident))
        ),
        _ => false,
    }
}
