//! The methods that differentiate in forward mode, for an impl block whose element type is a parameter: `m_jvp`, and `m_hvp` of a
//! loss. They run the method, or its gradient, over dual numbers.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Type;
use syn::ext::IdentExt;

use super::companion::doc;
use super::context::Context;
use super::hidden::hidden_module;
use super::loss::Loss;
use super::method::{Argument, Method};
use super::signature::Signature;
use crate::over_duals::OverDuals;

/// An argument over dual numbers.
pub(super) struct Lifted {
    /// The bound of its type.
    pub(super) bound: Option<TokenStream>,
    /// Its type, without an enclosing reference.
    pub(super) ty: TokenStream,
    /// Its lift.
    pub(super) value: TokenStream,
    /// The lift, as it is passed on.
    pub(super) passed: TokenStream,
}

/// The name of the argument that is the tangent of another: `dx` of `x`, or `tangent_of_x` where that is a keyword or another argument.
pub(super) fn tangent_of(argument: &Argument, method: &Method) -> Ident {
    let name = &argument.name;
    let short = format!("d{}", name.unraw());
    let is_free = syn::parse_str::<Ident>(&short).is_ok()
        && method.arguments.iter().all(|other| other.name.unraw() != short);
    let text = if is_free { short } else { format!("tangent_of_{}", name.unraw()) };
    Ident::new(&text, name.span())
}

/// How a method, or a function, is run over dual numbers.
#[derive(Default)]
pub(super) struct Running {
    /// Binds the module, if there is one.
    pub(super) module: TokenStream,
    path: TokenStream,
    receiver: TokenStream,
}

impl Running {
    pub(super) fn call(&self, name: &Ident, arguments: &[TokenStream]) -> TokenStream {
        let Running { path, receiver, .. } = self;
        quote!(#path #name(#receiver #(#arguments),*))
    }
}

impl Context<'_> {
    /// Generates `f_jvp` of a free function, and its companion.
    pub(super) fn forward_mode_of_function(&self, method: &Method) -> Option<TokenStream> {
        let over = self.over_duals_of(method)?;
        let (jvp, companion) = (self.jvp(method, &over)?, self.companion_in_forward_mode(method, &over));
        Some(quote!(#jvp #companion))
    }

    /// Whether this is no impl block.
    fn is_of_function(&self) -> bool {
        self.view.is_empty()
    }

    /// Generates them; nothing for a method with an argument, a result or a bound that cannot be written over dual numbers.
    pub(super) fn forward_mode(&self, method: &Method) -> Option<TokenStream> {
        let over = self.over_duals_of(method)?;
        let (jvp, hvp) = (self.jvp(method, &over)?, self.hvp(method, &over));
        Some(quote!(#jvp #hvp))
    }

    /// The parameters over dual numbers, if the method can be run over them.
    pub(super) fn over_duals_of<'m>(&'m self, method: &'m Method) -> Option<OverDuals<'m>> {
        let is_written = |suffix| self.names.contains(&format!("{}{suffix}", method.function.sig.ident));
        if method.is_refused || method.takes_functions() || is_written("_jvp") || is_written("_hvp") {
            return None;
        }
        let own = &method.generics;
        let over = if self.is_of_function() {
            OverDuals::of_elements(self.krate, own)?
        } else {
            let over = OverDuals::of(self.krate, self.generics)?;
            let depends =
                over.is_in(own) || over.is_in(&own.where_clause) || OverDuals::of(self.krate, own).is_some();
            (!depends).then_some(over)?
        };
        over.is_in(&method.output).then_some(over)
    }

    fn jvp(&self, method: &Method, over: &OverDuals<'_>) -> Option<TokenStream> {
        let krate = self.krate;
        let mut signature = self.over_duals(method, over, "_jvp")?;
        let values = self.lifted_arguments(method, over, &mut signature, true)?;
        let output = &method.output;
        let running = self.running(over, &quote!(self))?;
        signature.output = quote!((#output, #output));
        let constant = if self.is_of_function() { "" } else { ". The weights are constant" };
        let along =
            "with its derivative along tangents of the arguments, one for each that carries a gradient";
        signature.attributes.push(doc(method, &format!("{along}{constant}")));
        let (module, call) = (&running.module, running.call(&method.function.sig.ident, &values));
        Some(signature.with_body(&quote! {
            #module
            <#output as #krate::Lift>::parts(#call)
        }))
    }

    fn hvp(&self, method: &Method, over: &OverDuals<'_>) -> Option<TokenStream> {
        if !matches!(Loss::of(method, self.generics)?, Loss::Itself(_) | Loss::First(..)) {
            return None;
        }
        let krate = self.krate;
        let mut signature = self.over_duals(method, over, "_hvp")?;
        let values = self.lifted_arguments(method, over, &mut signature, false)?;
        let (output, dual) = (&method.output, over.lifted(self.module)?);
        let name = Signature::of(method, "_and_grad").name;
        let (direction, module) = (format_ident!("direction", span = Span::mixed_site()), hidden_module());
        signature.inputs.push(quote!(#direction: &Self));
        signature.output = quote!((#output, Self, Self));
        signature.attributes.push(doc(
            method,
            "with its gradient, and the product of the Hessian with respect to the weights and a direction",
        ));
        Some(signature.with_body(&quote! {
            let #module: #dual = #krate::Lift::lift(self, ::core::option::Option::Some(#direction));
            let (value, gradient) = <#dual>::#name(&#module, #(#values),*);
            let (gradient, product) = <Self as #krate::Lift>::parts(gradient);
            (<#output as #krate::Lift>::parts(value).0, gradient, product)
        }))
    }

    /// The arguments over dual numbers, as they are passed on; their bounds, and their tangents if there are some, are added to the
    /// signature.
    fn lifted_arguments(
        &self,
        method: &Method,
        over: &OverDuals<'_>,
        signature: &mut Signature,
        have_tangents: bool,
    ) -> Option<Vec<TokenStream>> {
        let mut values = Vec::new();
        for argument in &method.arguments {
            let has_tangent = have_tangents && argument.active && over.is_in(&argument.ty);
            let tangent = has_tangent.then(|| tangent_of(argument, method));
            let lifted = self.lifted(argument, tangent.as_ref(), over)?;
            signature.bounds.extend(lifted.bound);
            values.push(lifted.passed);
            if let Some(tangent) = tangent {
                let ty = &argument.ty;
                signature.inputs.push(quote!(#tangent: #ty));
            }
        }
        Some(values)
    }

    /// How methods are run over dual numbers, from an expression for a reference to the module.
    pub(super) fn running(&self, over: &OverDuals<'_>, module: &TokenStream) -> Option<Running> {
        if self.is_of_function() {
            return Some(Running::default());
        }
        let (krate, view, dual, name) = (self.krate, &self.view, over.lifted(self.module)?, hidden_module());
        let arguments = self.arguments.iter().map(|argument| over.lifted(argument));
        let arguments = arguments.collect::<Option<Vec<_>>>()?;
        Some(Running {
            module: quote!(let #name: #dual = #krate::Lift::lift(#module, ::core::option::Option::None);),
            path: quote!(<#view<'_, #(#arguments),*>>::),
            receiver: quote!(&#krate::__private::Module::view(&#name),),
        })
    }

    /// The signature of a method that runs over dual numbers, with its bounds.
    fn over_duals(&self, method: &Method, over: &OverDuals<'_>, suffix: &str) -> Option<Signature> {
        let mut signature = Signature::of(method, suffix);
        signature.bounds.extend(self.bounds_over_duals(&method.output, over)?);
        signature.attributes.push(quote!(#[track_caller]));
        Some(signature)
    }

    /// The bounds under which a method with this result runs over dual numbers.
    pub(super) fn bounds_over_duals(&self, output: &Type, over: &OverDuals<'_>) -> Option<Vec<TokenStream>> {
        let mut bounds = over.predicates()?;
        if self.is_of_function() {
            bounds.push(over.bound(output)?);
            return Some(bounds);
        }
        let (krate, module, dual) = (self.krate, self.module, over.lifted(self.module)?);
        bounds.push(quote!(#module: #krate::Lift<Dual = #dual>));
        bounds.push(over.bound(output)?);
        bounds.extend(self.closed_over(&dual, over)?);
        Some(bounds)
    }

    /// The argument over dual numbers.
    pub(super) fn lifted(
        &self,
        argument: &Argument,
        tangent: Option<&syn::Ident>,
        over: &OverDuals<'_>,
    ) -> Option<Lifted> {
        let (krate, name) = (self.krate, &argument.name);
        if !over.is_in(&argument.ty) {
            // A generator, or data.
            let name = name.to_token_stream();
            return Some(Lifted {
                bound: None,
                ty: argument.ty.to_token_stream(),
                value: name.clone(),
                passed: name,
            });
        }
        let (referred, is_reference) = match &argument.ty {
            Type::Reference(reference) if reference.mutability.is_some() => return None,
            Type::Reference(reference) => (&*reference.elem, true),
            ty => (ty, false),
        };
        let dual = match referred {
            Type::Reference(_) => return None,
            Type::Slice(slice) => {
                let element = over.lifted(&slice.elem)?;
                quote!(::std::vec::Vec<#element>)
            }
            ty => over.lifted(ty)?,
        };
        if dual.to_string().contains('&') {
            return None;
        }
        let by_ref = (!is_reference).then(|| quote!(&));
        let tangent = match tangent {
            Some(tangent) => quote!(::core::option::Option::Some(#by_ref #tangent)),
            None => quote!(::core::option::Option::None),
        };
        let value = quote!(<#referred as #krate::Lift>::lift(#by_ref #name, #tangent));
        Some(Lifted {
            bound: Some(quote!(#referred: #krate::Lift<Dual = #dual>)),
            passed: if is_reference { quote!(&#value) } else { value.clone() },
            ty: dual,
            value,
        })
    }
}
