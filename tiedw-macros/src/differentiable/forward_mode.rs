//! The methods that differentiate in forward mode, for an impl block whose element type is a parameter: `m_jvp`, and `m_hvp` of a
//! loss. They run the method, or its gradient, over dual numbers.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Type;

use super::companion::doc;
use super::context::Context;
use super::loss::Loss;
use super::method::{Argument, Method};
use super::signature::Signature;
use crate::over_duals::OverDuals;

/// An argument over dual numbers.
struct Lifted {
    /// The bound of its type.
    bound: Option<TokenStream>,
    /// Its lift, as it is passed on.
    value: TokenStream,
}

impl Context<'_> {
    /// Generates them; nothing for a method with an argument, a result or a bound that cannot be written over dual numbers.
    pub(super) fn forward_mode(&self, method: &Method) -> Option<TokenStream> {
        let over = OverDuals::of(self.krate, self.generics)?;
        let own = &method.generics;
        let depends =
            over.is_in(own) || over.is_in(&own.where_clause) || OverDuals::of(self.krate, own).is_some();
        if depends || method.is_refused || method.takes_functions() || !over.is_in(&method.output) {
            return None;
        }
        let (jvp, hvp) = (self.jvp(method, &over)?, self.hvp(method, &over));
        Some(quote!(#jvp #hvp))
    }

    fn jvp(&self, method: &Method, over: &OverDuals<'_>) -> Option<TokenStream> {
        let krate = self.krate;
        let mut signature = self.over_duals(method, over, "_jvp")?;
        let values = self.lifted_arguments(method, over, &mut signature, true)?;
        let (output, dual, name) = (&method.output, over.lifted(self.module)?, &method.function.sig.ident);
        signature.output = quote!((#output, #output));
        signature.attributes.push(doc(
            method,
            "with its derivative along tangents of the arguments, one for each that carries a gradient. The weights are constant",
        ));
        Some(signature.with_body(&quote! {
            let module: #dual = #krate::Lift::lift(self, ::core::option::Option::None);
            <#output as #krate::Lift>::parts(<#dual>::#name(&module, #(#values),*))
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
        let direction = format_ident!("direction", span = Span::mixed_site());
        signature.inputs.push(quote!(#direction: &Self));
        signature.output = quote!((#output, Self, Self));
        signature.attributes.push(doc(
            method,
            "with its gradient, and the product of the Hessian with respect to the weights and a direction",
        ));
        Some(signature.with_body(&quote! {
            let module: #dual = #krate::Lift::lift(self, ::core::option::Option::Some(#direction));
            let (value, gradient) = <#dual>::#name(&module, #(#values),*);
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
            let tangent =
                has_tangent.then(|| format_ident!("d{}", argument.name, span = argument.name.span()));
            let Lifted { bound, value } = self.lifted(argument, tangent.as_ref(), over)?;
            signature.bounds.extend(bound);
            values.push(value);
            if let Some(tangent) = tangent {
                let ty = &argument.ty;
                signature.inputs.push(quote!(#tangent: #ty));
            }
        }
        Some(values)
    }

    /// The signature of a method that runs over dual numbers, with its bounds.
    fn over_duals(&self, method: &Method, over: &OverDuals<'_>, suffix: &str) -> Option<Signature> {
        let krate = self.krate;
        let mut signature = Signature::of(method, suffix);
        let (module, output) = (self.module, &method.output);
        let dual = over.lifted(module)?;
        signature.bounds.extend(over.predicates()?);
        signature.bounds.push(quote!(#module: #krate::Lift<Dual = #dual>));
        signature.bounds.push(over.bound(output)?);
        let closed = self.closed_over(&dual, over)?;
        signature.bounds.extend(closed);
        signature.attributes.push(quote!(#[track_caller]));
        Some(signature)
    }

    /// The argument over dual numbers.
    fn lifted(
        &self,
        argument: &Argument,
        tangent: Option<&syn::Ident>,
        over: &OverDuals<'_>,
    ) -> Option<Lifted> {
        let (krate, name) = (self.krate, &argument.name);
        if !over.is_in(&argument.ty) {
            // A generator, or data.
            return Some(Lifted { bound: None, value: name.to_token_stream() });
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
        let lifted = quote!(<#referred as #krate::Lift>::lift(#by_ref #name, #tangent));
        Some(Lifted {
            bound: Some(quote!(#referred: #krate::Lift<Dual = #dual>)),
            value: if is_reference { quote!(&#lifted) } else { lifted },
        })
    }
}
