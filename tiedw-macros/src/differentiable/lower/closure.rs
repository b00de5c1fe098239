//! Local closures: their body is lowered where they are called.

use std::rc::Rc;

use crate::visit::Visit;
use crate::visit_mut::VisitMut;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure, Lifetime, Pat, Type};

use super::Lower;
use super::computed_elements;
use super::expression::itself;
use super::free;
use super::inlined_functions::typed;
use super::order;
use super::statement::place;
use crate::differentiable::declared;
use crate::differentiable::local_items::LocalItems;
use crate::differentiable::mentions::{self, is_query};
use crate::differentiable::model::Operand;
use crate::differentiable::scope::{Binding, Scope};
use crate::differentiable::this::is_self_alone;
use crate::private::private_at;

/// A closure with a name.
pub(in crate::differentiable) struct Closure {
    written: ExprClosure,
    /// The names that it captures, with the bindings that it refers to.
    captured: Vec<(Ident, usize)>,
    /// Its source position.
    place: String,
    /// Whether it changes a copy of its own of what it captures.
    has_state: bool,
}

impl Closure {
    /// The number of its arguments.
    pub(super) fn count(&self) -> usize {
        self.written.inputs.len()
    }

    /// The closure as written.
    pub(super) fn written(&self) -> &ExprClosure {
        &self.written
    }

    /// Its body.
    pub(super) fn body(&self) -> TokenStream {
        self.written.body.to_token_stream()
    }
}

impl Lower<'_> {
    /// Whether a closure must be lowered, because a gradient may flow through it.
    pub(super) fn is_carrying(&self, closure: &ExprClosure) -> bool {
        closure.asyncness.is_none() && (self.flows_through(&closure.body) || uses_module(closure))
    }

    /// Whether a gradient may flow through an expression: it mentions a value, or calls a part of the module.
    pub(super) fn flows_through(&self, expr: &Expr) -> bool {
        let found = mentions::of(&self.scope, expr);
        found.has_values()
            || !found.parts.is_empty()
                && (calls_part(&self.scope, expr)
                    || computed_elements::are_in(expr, self.known_settings)
                    || found.parts.iter().any(|part| self.is_element_of_parameter(part)))
    }

    /// Binds a name to a closure.
    pub(super) fn bind_closure(&mut self, name: &Ident, closure: &ExprClosure) {
        if let Some(item) = LocalItems::nested(self.body).named_in(closure.to_token_stream()) {
            self.errors.at(
                name,
                format_args!(
                    "the {item} of a block in this body may mean something else where this closure is called; move the items of the \
                     block out of it, or give them other names"
                ),
            );
        }
        let mut written = closure.clone();
        let (place, is_move) = (place(name), closure.capture.is_some());
        let (mut captured, mut kept) = (Vec::new(), Vec::new());
        for name in free::names(&Expr::Closure(closure.clone())) {
            let Some(number) = self.scope.number(&name.to_string()) else { continue };
            let is_kept = match self.scope.get(&name.to_string()) {
                Some(Binding::Var(_) | Binding::Plain | Binding::Mutable(_)) => {
                    is_move || self.promoted.contains(&kept_name(&place, &name))
                }
                Some(Binding::Module(_)) => self.promoted.contains(&kept_name(&place, &name)),
                _ => false,
            };
            match is_kept {
                true if !kept.contains(&name) => kept.push(name),
                true => {}
                false => captured.push((name, number)),
            }
        }
        let has_state = is_move && kept.iter().any(|name| order::changes_name(&closure.body, name));
        let kept: Vec<_> = kept
            .into_iter()
            .map(|name| {
                let is_changed = is_move && order::changes_name(&closure.body, &name);
                self.keep_captured(name, is_move, is_changed)
            })
            .collect();
        let mut body = Expr::Closure(written.clone());
        let in_macros = free::replace(&mut body, &mut |name| {
            kept.iter().find(|(kept, _)| kept == name).map(|(_, other)| other.clone())
        });
        if let Expr::Closure(body) = body {
            written = body;
        }
        for name in in_macros {
            captured.extend(self.scope.number(&name.to_string()).map(|number| (name, number)));
        }
        // What it captures by value, has another name now.
        let written = ExprClosure { capture: None, ..written };
        let closure = Closure { captured, written, place, has_state };
        self.scope.bind(name, Binding::Closure(Rc::new(closure)));
    }

    /// Keeps a captured value under a name that nothing shadows: itself, or a reference to it. Returns the name, and
    /// what stands for it in the closure.
    fn keep_captured(&mut self, name: Ident, is_move: bool, is_changed: bool) -> (Ident, Expr) {
        let other = self.fresh("kept");
        let is_part = matches!(self.scope.get(&name.to_string()), Some(Binding::Module(_)));
        let (value, inside): (Expr, Expr) = match is_move || is_part {
            true => (syn::parse_quote!(#name), syn::parse_quote!(#other)),
            false => (syn::parse_quote!(&#name), syn::parse_quote!((*#other))),
        };
        let mutability = is_changed.then(|| quote!(mut));
        self.stmt(&syn::parse_quote!(let #mutability #other = #value;));
        (name, inside)
    }

    /// Lowers the call of a closure with a name.
    pub(super) fn call_closure(&mut self, closure: &Closure, call: &syn::ExprCall) -> Operand {
        let shadowed = closure
            .captured
            .iter()
            .find(|(name, number)| self.scope.number(&name.to_string()) != Some(*number));
        if let Some((name, _)) = shadowed {
            // Its value is kept where the closure is defined.
            if self.promoted.insert(kept_name(&closure.place, name)) {
                return Operand::unit();
            }
            self.errors.at(
                &call.func,
                format_args!("`{name}` means something else here than in this closure; give one of the two another name"),
            );
            return Operand::unit();
        }
        if closure.written.inputs.len() != call.args.len() {
            self.is_refused = true;
            return Operand::unit();
        }
        let inlined = self.applied(
            &Expr::Closure(closure.written.clone()),
            call.args.iter().map(ToTokens::to_token_stream),
        );
        self.parsed(inlined, call)
    }

    /// Refuses the name of a closure that changes what it has captured by value, other than where it is called: a copy of it
    /// would have a state of its own.
    pub(super) fn refuse_copy(&mut self, function: &Expr) {
        let Expr::Path(path) = function else { return };
        let binding = path.path.get_ident().and_then(|name| self.scope.get(&name.to_string()));
        if matches!(binding, Some(Binding::Closure(closure)) if closure.has_state) {
            self.errors.at(
                path,
                "this copies a `move` closure that changes what it has captured, with its state; call the closure by its name, \
                 or pass it on as `&mut`",
            );
        }
    }

    /// Refuses a `move` closure without a name that changes what it captures.
    pub(super) fn refuse_state(&mut self, closure: &ExprClosure) {
        let Some(token) = closure.capture else { return };
        let names = free::names(&Expr::Closure(closure.clone()));
        let is_state = |name: &Ident| {
            let binding = self.scope.get(&name.to_string());
            let is_variable = matches!(binding, Some(Binding::Var(_) | Binding::Plain | Binding::Mutable(_)));
            is_variable && order::changes_name(&closure.body, name)
        };
        if let Some(name) = names.iter().find(|name| is_state(name)) {
            self.errors.at(
                token,
                format_args!("this closure changes its own copy of `{name}`; give the closure a name by `let`, and call that"),
            );
        }
    }

    /// The code of a call of the module's own method with a closure, whose body becomes that of a closure, too.
    pub(super) fn inlined(&mut self, call: &syn::ExprMethodCall) -> Option<TokenStream> {
        if !is_self_alone(&call.receiver) || !call.args.iter().any(|argument| self.is_closure(argument)) {
            return None;
        }
        let method: Expr =
            syn::parse2(self.inlined.closure(&call.method.to_string(), &call.receiver)?).ok()?;
        LocalItems::of(self.body).named_in(method.to_token_stream()).is_none().then_some(())?;
        call.args.iter().for_each(|argument| self.refuse_copy(argument));
        // A closure with a name has another one, which no argument of the method has.
        let (mut functions, mut arguments) = (TokenStream::new(), Vec::new());
        for (argument, types) in call.args.iter().zip(self.inlined.types(&call.method.to_string())) {
            arguments.push(match itself(argument) {
                closure @ Expr::Closure(_) => typed(closure, types),
                name if self.is_closure(argument) => {
                    let fresh = self.fresh("function");
                    functions.extend(quote!(let #fresh = #name;));
                    typed(&syn::parse_quote!(#fresh), types)
                }
                _ => argument.to_token_stream(),
            });
        }
        if arguments.len() != call.args.len() {
            return None;
        }
        self.applied(&method, arguments).map(|code| quote!({ #functions #code }))
    }

    /// Whether an expression is a closure or its name, possibly behind references.
    pub(super) fn is_closure(&self, expr: &Expr) -> bool {
        match itself(expr) {
            Expr::Closure(_) => true,
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
                matches!(
                    self.scope.get(&name.to_string()),
                    Some(Binding::Closure(_) | Binding::PlainClosure(_))
                )
            }),
            _ => false,
        }
    }

    /// Lowers generated code.
    pub(super) fn parsed(&mut self, code: Option<TokenStream>, source: &impl ToTokens) -> Operand {
        match code.map(syn::parse2::<Expr>) {
            Some(Ok(expr)) => self.expr(&expr),
            _ => {
                self.errors.at(source, "this is outside the differentiable subset: a closure in it has other arguments than it is called with; \
                     write it as a function, or as a loop");
                Operand::unit()
            }
        }
    }

    /// Returns a new name that no user's name equals.
    pub(super) fn fresh(&mut self, what: &str) -> Ident {
        self.indices += 1;
        format_ident!("__{what}{}", self.indices, span = Span::mixed_site())
    }

    /// The body of a closure that leaves a block with the label, if it returns.
    pub(super) fn without_returns(&mut self, body: &Expr) -> (Option<TokenStream>, Expr) {
        let label = Lifetime::new(&format!("'{}", self.fresh("closure")), Span::mixed_site());
        let mut body = body.clone();
        let is_found = with_breaks(&mut body, &label, self.indices);
        (is_found.then(|| quote!(#label:)), body)
    }

    /// The code of a call of a closure or function; `None` if it has other arguments.
    pub(super) fn applied(
        &mut self,
        function: &Expr,
        arguments: impl IntoIterator<Item = TokenStream>,
    ) -> Option<TokenStream> {
        let arguments: Vec<_> = arguments.into_iter().collect();
        match function {
            Expr::Paren(inner) => self.applied(&inner.expr, arguments),
            Expr::Reference(inner) => match &*inner.expr {
                function @ Expr::Path(_) => Some(quote!(#function(#(#arguments),*))),
                function => self.applied(function, arguments),
            },
            Expr::Closure(closure) => {
                if closure.inputs.len() != arguments.len() {
                    return None;
                }
                self.refuse_state(closure);
                let (label, body) = self.without_returns(&closure.body);
                // All arguments are evaluated before a name of the closure is bound, which may be one of theirs.
                let mut before = TokenStream::new();
                let arguments: Vec<_> = match &arguments[..] {
                    [_] => arguments,
                    _ => arguments
                        .into_iter()
                        .map(|argument| {
                            let name = self.fresh("argument");
                            before.extend(quote!(let #name = #argument;));
                            quote!(#name)
                        })
                        .collect(),
                };
                let lets = closure.inputs.iter().zip(arguments).map(|(pattern, argument)| {
                    let span = pattern.span();
                    match pattern {
                        // It becomes a name for the place.
                        Pat::Type(typed) if is_mutable_reference(&typed.ty) => {
                            let pattern = &typed.pat;
                            quote_spanned!(span=> let #pattern = #argument;)
                        }
                        Pat::Type(typed) => {
                            let (pattern, ty) = (&typed.pat, &typed.ty);
                            quote_spanned!(span=> let #pattern: #ty = #argument;)
                        }
                        pattern => quote_spanned!(span=> let #pattern = #argument;),
                    }
                });
                let lets: Vec<_> = lets.collect();
                let block = quote!(#label { #before #(#lets)* #body });
                Some(match &closure.output {
                    // Outside of the block, which a `return` may leave with the value.
                    syn::ReturnType::Type(_, ty) => {
                        let result = self.fresh("result");
                        quote!({ let #result: #ty = #block; #result })
                    }
                    syn::ReturnType::Default => block,
                })
            }
            function => {
                self.refuse_copy(function);
                Some(quote!(#function(#(#arguments),*)))
            }
        }
    }
}

fn is_mutable_reference(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if reference.mutability.is_some())
}

/// Whether a closure uses an argument that is a module for more than its sizes.
fn uses_module(closure: &ExprClosure) -> bool {
    struct Uses {
        modules: Vec<Ident>,
        found: bool,
    }
    impl<'ast> Visit<'ast> for Uses {
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            if !is_query(call) {
                crate::visit::visit_expr_method_call(self, call);
            }
        }

        fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
            self.found |= self.modules.iter().any(|module| path.path.is_ident(module));
        }
    }
    let modules = closure.inputs.iter().filter_map(|input| match input {
        Pat::Type(typed) if declared::is_view(&typed.ty) => Some(free::bound(&typed.pat)),
        _ => None,
    });
    let mut uses = Uses { modules: modules.flatten().collect(), found: false };
    uses.visit_expr(&closure.body);
    uses.found
}

/// Whether an expression calls a method of a part of the module, other than one for its size or its elements.
pub(super) fn calls_part(scope: &Scope, expr: &Expr) -> bool {
    struct Calls<'s> {
        scope: &'s Scope,
        /// The names that the expression itself gives to parts.
        parts: Vec<Ident>,
        found: bool,
    }
    impl Calls<'_> {
        fn is_part(&self, expr: &Expr) -> bool {
            match itself(expr) {
                Expr::Match(branch) => branch.arms.iter().any(|arm| self.is_part(&arm.body)),
                Expr::Path(path) if self.parts.iter().any(|part| path.path.is_ident(part)) => true,
                expr => mentions::is_module(self.scope, expr),
            }
        }
    }
    impl<'ast> Visit<'ast> for Calls<'_> {
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            let is_data =
                is_query(call) || call.method == "iter" || (call.method == "get" && call.args.len() == 1);
            self.found |= !is_data && self.is_part(&call.receiver);
            crate::visit::visit_expr_method_call(self, call);
        }

        fn visit_local(&mut self, local: &'ast syn::Local) {
            crate::visit::visit_local(self, local);
            if let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init)
                && self.is_part(&init.expr)
            {
                self.parts.push(name.ident.clone());
            }
        }
    }
    let mut calls = Calls { scope, parts: Vec::new(), found: false };
    calls.visit_expr(expr);
    calls.found
}

/// The part of the module whose `forward` an expression calls.
pub(super) fn layer_called<'e>(scope: &Scope, expr: &'e Expr) -> Option<&'e Expr> {
    struct Called<'s, 'e>(&'s Scope, Option<&'e Expr>);
    impl<'e> Visit<'e> for Called<'_, 'e> {
        fn visit_expr_method_call(&mut self, call: &'e syn::ExprMethodCall) {
            if call.method == "forward" && mentions::is_module(self.0, &call.receiver) {
                self.1.get_or_insert(&call.receiver);
            }
            crate::visit::visit_expr_method_call(self, call);
        }
    }
    let mut called = Called(scope, None);
    called.visit_expr(expr);
    called.1
}

/// Under which a name that a closure captures is remembered, if its value must be kept.
fn kept_name(place: &str, name: &Ident) -> String {
    format!("{place} captures {name}")
}

/// Replaces `return` and `?` in an inlined body by a `break` of a block with this label; returns whether there are some. The number tells
/// different bodies apart.
pub(in crate::differentiable) fn with_breaks(body: &mut Expr, label: &Lifetime, number: usize) -> bool {
    let mut returns = Returns { label, number, found: false };
    returns.visit_expr_mut(body);
    returns.found
}

/// Replaces `return` and `?` by a `break` of the inlined body.
struct Returns<'l> {
    label: &'l Lifetime,
    /// Tells the names of different closures apart.
    number: usize,
    found: bool,
}

impl VisitMut for Returns<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if matches!(expr, Expr::Closure(_) | Expr::Async(_)) {
            return;
        }
        crate::visit_mut::visit_expr_mut(self, expr);
        if let Expr::Return(exit) = expr {
            self.found = true;
            let (label, value) = (self.label, &exit.expr);
            *expr = syn::parse_quote!(break #label #value);
        }
        if let Expr::Try(question) = expr {
            self.found = true;
            let (label, value, private) =
                (self.label, &question.expr, private_at(question.question_token.span()));
            let [there, missing] = ["there", "missing"]
                .map(|what| format_ident!("__{what}{}", self.number, span = Span::mixed_site()));
            *expr = syn::parse_quote! {
                match #private::question(#value) {
                    Ok(#there) => #there,
                    Err(#missing) => break #label #private::returned_residual(#missing),
                }
            };
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
