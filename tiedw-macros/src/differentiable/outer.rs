//! The methods of the module itself, which call those of its view.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use syn::Type;

use super::companion::doc;
use super::context::Context;
use super::hidden::hidden_module;
use super::loss::Loss;
use super::method::{Argument, Method};
use super::signature::{Signature, name_of};
use crate::over_duals::OverDuals;

impl Context<'_> {
    /// Generates the method, its companion and, if it returns a scalar, the methods that compute its gradient.
    /// `changed` is the method whose companion is generated, if it has another signature.
    pub(super) fn on_module(&self, method: &Method, changed: Option<&Method>, in_trait: bool) -> TokenStream {
        let mut methods = if in_trait { TokenStream::new() } else { self.outer(method) };
        let differentiated = changed.unwrap_or(method);
        methods.extend(self.outer_vjp(differentiated));
        if let Some(loss) = Loss::of(differentiated, self.generics) {
            let with_companions =
                method.takes_functions().then(|| method.clone().with_companions(self.krate));
            let method = with_companions.as_ref().unwrap_or(method);
            methods.extend(self.accumulate(method, &loss));
            methods.extend(self.grad(method, &loss));
        }
        if changed.is_none() {
            methods.extend(self.forward_mode(method));
        }
        methods
    }

    /// Generates the method in the impl of a trait.
    pub(super) fn of_trait(&self, method: &Method) -> TokenStream {
        let mut signature = Signature::of(method, "");
        signature.vis = TokenStream::new();
        signature.keyword = method.function.sig.fn_token;
        let call = self.call_on_view(method, &signature.name);
        signature.with_block(&quote_spanned!(method.function.block.brace_token.span.join()=> { #call }))
    }

    fn outer(&self, method: &Method) -> TokenStream {
        let signature = self.closed(Signature::of(method, ""));
        let call = self.call_on_view(method, &signature.name);
        signature.with_body(&call)
    }

    fn outer_vjp(&self, method: &Method) -> TokenStream {
        let (krate, module, count) = (self.krate, self.module, method.arguments.len());
        let (own, own_name, checked) = (self.own_module(), hidden_module(), self.module_of_view(&quote!('_)));
        let mut signature = self.closed(Signature::of(method, "_vjp"));
        let call = self.call_on_module(method, &signature.name, names(method));
        let boxed = method.is_recursive.then(|| quote!(::std::boxed::Box::new));
        signature.output = self.with_pullback(method, Some(&quote!(&mut #module)));
        signature.params.insert(0, quote!('view));
        signature.bounds.extend(method.bound_of_functions());
        signature.inputs[0] = quote!(&'view self);
        signature.attributes.push(doc(method, "with its pullback, which adds to a gradient"));
        signature.with_body(&quote_spanned! {method.blame()=>
            #own
            let (value, pullback) = #call;
            (value, #boxed(move |cotangent, gradient: &mut #module, wanted: [::core::primitive::bool; #count]| {
                let gradient: &mut #checked = gradient;
                #krate::__private::assert_fits(#own_name, gradient);
                pullback(cotangent, #krate::__private::Module::view_mut(gradient), wanted)
            }))
        })
    }

    fn accumulate(&self, method: &Method, loss: &Loss) -> TokenStream {
        let (krate, count) = (self.krate, method.arguments.len());
        let (own, own_name, checked) = (self.own_module(), hidden_module(), self.module_of_view(&quote!('_)));
        let lent: Vec<_> = method.arguments.iter().filter(|argument| argument.lent).collect();
        let arguments = method.arguments.iter().map(|argument @ Argument { name, lent, .. }| match lent {
            true if argument.is_slice() => quote!(::std::borrow::ToOwned::to_owned(&*#name)),
            true => quote!(::core::clone::Clone::clone(&*#name)),
            false => quote!(#name),
        });
        let call = self.call_on_module(method, &Signature::of(method, "_vjp").name, arguments);
        let [value, pullback] = ["value", "pullback"].map(|name| Ident::new(name, Span::mixed_site()));
        let returned = match lent.is_empty() {
            true => TokenStream::new(),
            false => {
                let after: Vec<_> =
                    (0..lent.len()).map(|i| format_ident!("after{i}", span = Span::mixed_site())).collect();
                let returned = lent.iter().zip(&after).map(|(argument @ Argument { name, .. }, after)| {
                    match argument.is_slice() {
                        true => quote!(#krate::__private::give_back(#name, #after);),
                        false => quote!(*#name = #after;),
                    }
                });
                quote!(let (#value, #(#after,)*) = #value; #(#returned)*)
            }
        };
        let mut signature = self.closed(Signature::of(method, "_and_accumulate"));
        signature.bounds.extend(cloned(method));
        let gradient = super::reverse::gradient();
        signature.inputs.insert(1, quote!(#gradient: &mut Self));
        signature.attributes.push(doc(method, "whose gradient is added to `gradient`"));
        let cotangent = loss.cotangent(krate);
        let pulled = quote_spanned! {method.blame()=>
            #pullback(#cotangent, #krate::__private::Module::view_mut(#gradient), [false; #count]);
        };
        let pulled = match loss.is_there() {
            Some(is_there) => quote!(if #value.#is_there() { #pulled }),
            None => pulled,
        };
        signature.with_body(&quote_spanned! {method.blame()=>
            #own
            let #gradient: &mut #checked = #gradient;
            #krate::__private::assert_fits(#own_name, #gradient);
            let (#value, #pullback) = #call;
            #pulled
            #returned
            #value
        })
    }

    fn grad(&self, method: &Method, loss: &Loss) -> TokenStream {
        let (krate, own, own_name) = (self.krate, self.own_module(), hidden_module());
        let accumulate = Signature::of(method, "_and_accumulate").name;
        let mut signature = self.closed(Signature::of(method, "_and_grad"));
        signature.bounds.extend(cloned(method));
        let gradient = super::reverse::gradient();
        signature.output = loss.with_gradient(&signature.output);
        let both = match loss.is_there() {
            Some(_) => quote!(value.map(|value| (value, #gradient))),
            None => quote!((value, #gradient)),
        };
        signature.attributes.push(doc(method, "and its gradient"));
        let (turbofish, names) = (turbofish(method), names(method));
        signature.with_body(&quote! {
            #own
            let mut #gradient = #krate::__private::Module::gradient_like(#own_name, #krate::__private::Fill::Anything);
            let value = self.#accumulate #turbofish (&mut #gradient, #(#names),*);
            #krate::__private::Module::finish(&mut #gradient);
            #both
        })
    }

    /// Adds the bound that the module is closed. The `for` keeps rustc from rejecting the method itself if it is not.
    fn closed(&self, mut signature: Signature) -> Signature {
        let (krate, module) = (self.krate, self.module_of_view(&quote!('closed)));
        signature.bounds.push(quote!(for<'closed> #module: #krate::__private::Closed));
        signature.bounds.extend(self.is_module());
        signature
    }

    /// The bound that a generic module is one, which may depend on its parameters, such as on their element types.
    pub(super) fn is_module(&self) -> Option<TokenStream> {
        self.is_generic().then(|| self.has_view(&quote!(Self), &self.arguments))
    }

    /// The bounds that [`closed`](Self::closed) adds, for the module over dual numbers.
    pub(super) fn closed_over(&self, dual: &TokenStream, over: &OverDuals<'_>) -> Option<Vec<TokenStream>> {
        let krate = self.krate;
        let arguments = self.arguments.iter().map(|argument| over.lifted(argument));
        let arguments = arguments.collect::<Option<Vec<_>>>()?;
        Some(vec![quote!(#dual: #krate::__private::Closed), self.has_view(dual, &arguments)])
    }

    /// The bound that a type is a module, whose view has these arguments.
    pub(super) fn has_view(&self, module: &TokenStream, arguments: &[impl ToTokens]) -> TokenStream {
        let Context { view, krate, .. } = self;
        let private = quote!(#krate::__private);
        quote! {
            for<'closed> #module: #private::Module<
                View<'closed, #private::Weight> = #view<'closed, #(#arguments),*>,
                View<'closed, #private::Gradient> = #view<'closed, #(#arguments,)* #private::Gradient>,
            >
        }
    }

    /// Whether the module has type parameters.
    fn is_generic(&self) -> bool {
        !self.view.is_empty() && self.generics.type_params().next().is_some()
    }

    /// The type of the module, computed from its view: an error type if there is no such view, so that rustc reports this
    /// alone.
    fn module_of_view(&self, lifetime: &TokenStream) -> TokenStream {
        let Context { krate, view, arguments, .. } = self;
        if view.is_empty() || self.is_generic() {
            return quote!(Self);
        }
        quote!(#krate::__private::ModuleOf<#lifetime, #view<#lifetime, #(#arguments),*>>)
    }

    /// Binds the module itself to its name.
    fn own_module(&self) -> TokenStream {
        let (name, module) = (hidden_module(), self.module_of_view(&quote!('_)));
        quote!(let #name: &#module = self;)
    }

    /// The body of a method that calls one of the view.
    fn call_on_view(&self, method: &Method, function: &Ident) -> TokenStream {
        let (own, call) = (self.own_module(), self.call_on_module(method, function, names(method)));
        quote!(#own #call)
    }

    /// Calls a method of the view from an impl for the view.
    pub(super) fn call_on_own_view(&self, method: &Method, function: &Ident) -> TokenStream {
        let (view, arguments) = (&self.view, &self.arguments);
        let (turbofish, names) = (turbofish(method), names(method));
        quote_spanned! {method.blame()=>
            <#view<'view, #(#arguments),*>>::#function #turbofish (self, #(#names),*)
        }
    }

    /// Calls a method of the view of `module`.
    fn call_on_module(
        &self,
        method: &Method,
        function: &Ident,
        passed: impl IntoIterator<Item: ToTokens>,
    ) -> TokenStream {
        let Context { krate, view, arguments, .. } = self;
        let own_name = hidden_module();
        let (turbofish, passed) = (turbofish(method), passed.into_iter());
        if view.is_empty() {
            // The view of a type parameter has the methods of a trait.
            return quote_spanned! {method.blame()=>
                #krate::__private::Module::view(#own_name).#function #turbofish (#(#passed),*)
            };
        }
        // By the path of the view: without an import of it, rustc reports this alone.
        quote_spanned! {method.blame()=>
            <#view<'_, #(#arguments),*>>::#function #turbofish (&#krate::__private::Module::view(#own_name), #(#passed),*)
        }
    }
}

/// The bounds that the values by mutable reference can be cloned. The `for` is that of [`Context::closed`].
fn cloned(method: &Method) -> impl Iterator<Item = TokenStream> {
    let lent = method.arguments.iter().filter(|argument| argument.lent).map(Argument::referred);
    let sized = |ty: Type| match ty {
        Type::Slice(slice) => *slice.elem,
        ty => ty,
    };
    lent.map(sized).map(|ty| quote!(for<'closed> #ty: ::core::clone::Clone))
}

fn names(method: &Method) -> Vec<&Ident> {
    method.arguments.iter().map(|argument| &argument.name).collect()
}

/// Returns the generic arguments of a call that passes on the method's own.
fn turbofish(method: &Method) -> Option<TokenStream> {
    let names: Vec<_> = method.function.sig.generics.params.iter().filter_map(name_of).collect();
    let named_later = method.generics.params.len() > method.function.sig.generics.params.len();
    (!names.is_empty() && !named_later).then(|| quote!(::<#(#names),*>))
}
