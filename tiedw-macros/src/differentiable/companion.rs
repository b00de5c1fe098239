//! The companion of a method: a forward pass that saves pullbacks, and the pullback of the method.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Stmt, Type};

use super::cfg;
use super::checked::{Checked, gated, mentions};
use super::context::Context;
use super::dependence::Dependence;
use super::hidden::{hidden, hidden_self};
use super::hidden_operations;
use super::known_settings;
use super::lower::{self, Body};
use super::method::{Argument, Method};
use super::model::Var;
use super::reverse::{Passes, Reverse, wanted};
use super::signature::Signature;
use super::this::{self, this};
use crate::errors::Errors;
use crate::private::{import, private, private_at};

impl Context<'_> {
    /// Generates the companion of a method of the view, or of a function without `self`; its stub if the body is outside the
    /// differentiable subset.
    pub(super) fn companion(
        &self,
        method: &Method,
        checked: Option<&Checked>,
        errors: &mut Errors,
    ) -> Result<TokenStream, TokenStream> {
        if method.is_refused || has_no_value(method) || misses_receiver(method) {
            return Err(self.stub(method));
        }
        let renamed = if checked.is_none() { this::renamed_for_checkpoint(method) } else { None };
        let written = checked.map_or(renamed.as_ref().unwrap_or(&method.body), Checked::body);
        let conditions = cfg::conditions(written, errors);
        let hidden_operations = hidden_operations::check(&method.function.block);
        let mut companions = TokenStream::new();
        for (attribute, hold) in cfg::combinations(&conditions) {
            let mut found = Errors::default();
            let body =
                lower::method(method, &cfg::expanded(written, &conditions, &hold), checked, &mut found);
            if !found.is_empty() {
                errors.append(found);
                return Err(self.stub(method));
            }
            if body.is_refused {
                return Err(self.unreported(method));
            }
            let gradient = self.gradient(method);
            let mut implementation = self.implementation(method, &body, gradient.as_ref(), checked);
            if let Some(receiver) = method.receiver {
                let this = match checked.is_some() || renamed.is_some() {
                    true => hidden(&this(receiver)).to_token_stream(),
                    false => hidden_self(receiver).to_token_stream(),
                };
                let settings = known_settings::bind(&method.settings, &this, checked);
                implementation = quote!(#settings #implementation);
            }
            if let Some(checked) = checked {
                implementation = checked.forward(method, &implementation);
            }
            if let (Some(_), Some(receiver)) = (&renamed, method.receiver) {
                let (this, own) = (hidden(&this(receiver)), hidden_self(receiver));
                implementation = quote!(let #this = #own; #implementation);
            }
            implementation = quote!(#hidden_operations #implementation);
            implementation = body.stubs.around(&self.unmarked, implementation);
            companions.extend(self.with_signature(method, attribute, gradient.as_ref(), &implementation));
        }
        Ok(companions)
    }

    /// Generates the constant that checks a body, if there is one, and the companion, or its stub outside of the subset.
    pub(super) fn checked_companion(
        &self,
        method: &Method,
        differentiated: &Method,
        errors: &mut Errors,
    ) -> (Option<Checked>, TokenStream) {
        let checked = self.checked(method, differentiated);
        match self.companion(differentiated, checked.as_ref(), errors) {
            Ok(companion) => (checked, companion),
            Err(stub) => (None, stub),
        }
    }

    /// Generates a stub for the companion of a method outside the subset, so that the mistake is reported once.
    pub(super) fn stub(&self, method: &Method) -> TokenStream {
        self.stub_after(None, method)
    }

    /// Generates a stub for a companion whose body has a mistake that rustc reports. If it does not, the stub is an error.
    fn unreported(&self, method: &Method) -> TokenStream {
        let name = &method.function.sig.ident;
        let message = format!("the gradient of `{name}` was not generated");
        let refusal = quote_spanned!(name.span()=> const { if true { ::core::panic!(#message) } });
        self.stub_after(Some(quote!(#refusal;)), method)
    }

    fn stub_after(&self, refusal: Option<TokenStream>, method: &Method) -> TokenStream {
        let unused = std::iter::repeat_n(quote!(_), if method.takes_self() { 3 } else { 2 });
        let mut pullback = quote!(|#(#unused),*| ::core::panic!());
        if method.is_recursive {
            pullback = quote!(::std::boxed::Box::new(#pullback));
        }
        let panic = quote!(#refusal (::core::panic!(), #pullback));
        self.with_signature(method, None, self.gradient(method).as_ref(), &panic)
    }

    /// The type of the gradient's view, if the method takes `self`.
    fn gradient(&self, method: &Method) -> Option<TokenStream> {
        method.takes_self().then(|| self.gradient.clone())
    }

    pub(super) fn with_signature(
        &self,
        method: &Method,
        cfg: Option<TokenStream>,
        gradient: Option<&TokenStream>,
        body: &TokenStream,
    ) -> TokenStream {
        let mut signature = Signature::of(method, "_vjp");
        signature.output = self.with_pullback(method, gradient);
        signature.bounds.extend(method.bound_of_functions());
        if let Some(receiver) = &method.receiver {
            let receiver = hidden_self(*receiver);
            signature.inputs[0] = quote!(&#receiver);
        }
        let arguments = signature.inputs.iter_mut().skip(method.takes_self().into());
        for (input, argument) in arguments.zip(&method.arguments) {
            let (name, ty) = (argument.inside(), &argument.ty);
            *input = quote!(#name: #ty);
        }
        let mut body = body.clone();
        if let (Some(receiver), [value, ..]) = (&method.value, &method.arguments[..]) {
            let name = value.inside();
            signature.inputs[0] = receiver.clone();
            body = quote!(let #name = self; #body);
        }
        signature.attributes.extend(cfg);
        signature.attributes.push(doc(method, "with its pullback"));
        let import = import(self.krate);
        signature.with_body(&quote!(#import #body))
    }

    /// Generates the forward pass, and the pullback as a closure.
    fn implementation(
        &self,
        method: &Method,
        body: &Body,
        gradient: Option<&TokenStream>,
        checked: Option<&Checked>,
    ) -> TokenStream {
        let (private, count) = (private(), method.arguments.len());
        let dependence = Dependence::of(&body.block, body.names.len(), count);
        let reverse = Reverse {
            private: private.clone(),
            dependence: &dependence,
            names: &body.names,
            gradient,
            is_checked: checked.is_some(),
            bound: checked.filter(|_| gradient.is_some()).map(Checked::bind_gradient),
            count,
            segments: Default::default(),
            forward_alone: false,
            checkpoint: Default::default(),
        };
        let bound = &reverse.bound;
        let (cotangent, wanted) = (Ident::new("cotangent", Span::mixed_site()), wanted());
        let whole = quote!(__Some(#cotangent));
        let Passes { forward, value, backward, .. } = match body.left {
            Some(left) => reverse.left_body(&body.block, left, &whole),
            None => reverse.block(&body.block, &whole),
        };
        let value = if body.left.is_none() && body.block.diverges() {
            quote!(::core::unreachable!()).into()
        } else {
            value
        };

        let (mut slots, mut sums, mut results) = (TokenStream::new(), TokenStream::new(), Vec::new());
        for (position, argument) in method.arguments.iter().enumerate() {
            if !argument.active {
                slots.extend(argument.passed.as_ref().map(|passed| passed.plain(&argument.name)));
                if argument.discrete {
                    let (name, span) = (&argument.name, argument.ty.span());
                    let private = private_at(span);
                    slots.extend(quote_spanned!(span=> #private::Discrete::assert_discrete(&#name);));
                }
                results.push(quote!(__None));
                continue;
            }
            let (slot, sum) = (Var(position).slot(), Var(position).cotangent());
            let mut cotangent = self.cotangent(&argument.referred());
            if let Some(checked) = checked {
                cotangent = checked.ty(&cotangent, argument.blame());
            }
            // If the type is not a `Value`, the error is reported only at this span.
            let (span, private) = (argument.blame(), private_at(argument.blame()));
            slots.extend(quote_spanned!(span=> let #slot = #private::Slot::<#cotangent>::new();));
            sums.extend(quote_spanned!(span=> let mut #sum = #slot.empty();));
            results.push(quote_spanned!(span=> if #wanted[#position] { #sum } else { __None }));
        }
        let name = super::reverse::gradient();
        let gradient = gradient.iter().map(|ty| quote!(#name: #ty));
        let mutable = method.arguments.iter().filter(|argument| argument.mutability.is_some());
        let mutable: Vec<_> = mutable.map(Argument::inside).collect();
        let span = method.function.block.brace_token.span.join();
        // What flows back into a value of a wrong type is not reported.
        let of_value = checked.map(|checked| checked.bind(&cotangent));
        let mut pullback = quote_spanned! {span=>
            move |#cotangent, #(#gradient,)* #wanted: [::core::primitive::bool; #count]| {
                #of_value
                #bound
                #sums
                #backward
                (#(#results,)*)
            }
        };
        if method.is_recursive {
            pullback = quote!(::std::boxed::Box::new(#pullback));
        }
        // Types are not inferred from the result of a wrong body.
        let value = gated(checked, &value, span);
        quote_spanned! {span=>
            #slots
            #(let mut #mutable = #mutable;)*
            #forward
            (#value, #pullback)
        }
    }
}

/// Generates a doc attribute for an item that is derived from `method`.
pub(super) fn doc(method: &Method, text: &str) -> TokenStream {
    let text = format!("[`{0}`](Self::{0}) {text}.", method.function.sig.ident);
    quote!(#[doc = #text])
}

/// Whether a body names `self`, which its function does not take, as rustc reports.
fn misses_receiver(method: &Method) -> bool {
    let is_self = |token: &TokenTree| matches!(token, TokenTree::Ident(name) if name == "self");
    !method.takes_self() && mentions(&method.function.block, &is_self)
}

/// Whether a body ends without the value that its method returns, which rustc reports.
fn has_no_value(method: &Method) -> bool {
    if matches!(&method.output, Type::Tuple(unit) if unit.elems.is_empty()) {
        return false;
    }
    match method.function.block.stmts.last() {
        None | Some(Stmt::Local(_)) => true,
        Some(Stmt::Expr(last, Some(_))) => matches!(
            last,
            Expr::Binary(_)
                | Expr::Call(_)
                | Expr::Field(_)
                | Expr::Lit(_)
                | Expr::MethodCall(_)
                | Expr::Path(_)
                | Expr::Struct(_)
                | Expr::Tuple(_)
                | Expr::Unary(_)
        ),
        _ => false,
    }
}
