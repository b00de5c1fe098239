//! A type with a differentiable trait, which takes the place of a type parameter where a generic body is only type checked: see
//! [`checked`](super::checked).

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Generics, TypeParamBound};

use super::context::Context;
use super::method::Method;
use super::signature::{Signature, name_of};
use super::trait_definition::{Definition, argument, without_defaults};

impl Definition<'_> {
    /// The context of the methods of the stand-in.
    pub(super) fn of_stand_in<'c>(&self, of_views: &Context<'c>) -> Context<'c> {
        let generics = &self.item.generics;
        let lifetimes = generics.lifetimes().map(|param| param.lifetime.to_token_stream());
        let others = generics.params.iter().filter_map(name_of).map(ToTokens::to_token_stream);
        Context {
            krate: of_views.krate,
            generics: of_views.generics,
            params: Vec::new(),
            module: of_views.module,
            view: TokenStream::new(),
            value: None,
            arguments: Vec::new(),
            gradient: of_views.gradient.clone(),
            lifetime: None,
            captured: lifetimes.chain([elem().into_token_stream()]).chain(others).collect(),
            named: None,
        }
    }

    /// The impls of the trait for the stand-in, and of its companion with these methods. None if a type that has them is not
    /// known.
    pub(super) fn stand_in(&self, methods: &TokenStream) -> TokenStream {
        let Definition { krate, item, types, .. } = self;
        let is_value = |bound: &TypeParamBound| match bound {
            TypeParamBound::Trait(bound) => {
                bound.path.segments.last().is_some_and(|last| last.ident == "Value")
            }
            _ => false,
        };
        let are_values = types.iter().all(|associated| associated.bounds.iter().all(is_value));
        if !self.is_simple() || !are_values {
            return TokenStream::new();
        }
        let (name, view, elem) = (&item.ident, self.view(), elem());
        let Generics { params, where_clause, .. } = without_defaults(&item.generics);
        let arguments = item.generics.params.iter().map(argument);
        let arguments = quote!(<#(#arguments),*>);
        let cfg: Vec<_> = item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect();
        let params: Vec<_> = params.iter().collect();
        let types: Vec<_> = types.iter().map(|associated| &associated.ident).collect();
        let number = quote!(::core::primitive::f32);
        let types = quote!(#(type #types = #number;)*);
        let stand_in = |name: &str| {
            let name = Ident::new(name, Span::call_site());
            quote!(#krate::__private::#name<#number, #number, #elem>)
        };
        let (of_module, of_view) = (stand_in("StandIn"), stand_in("StandInView"));
        quote! {
            #(#cfg)*
            #[automatically_derived]
            #[doc(hidden)]
            #[diagnostic::do_not_recommend]
            impl<#(#params,)* #elem: #krate::__private::Element> #name #arguments for #of_module #where_clause {
                #types
            }
            #(#cfg)*
            #[automatically_derived]
            #[doc(hidden)]
            #[diagnostic::do_not_recommend]
            impl<#(#params,)* #elem: #krate::__private::Element> #view #arguments for #of_view #where_clause {
                type Gradient<'gradient> = Self;
                #types
                #methods
            }
        }
    }
}

/// A method of the stand-in, and its companion. They never run.
pub(super) fn method(of_stand_in: &Context<'_>, method: &Method, differentiated: &Method) -> TokenStream {
    let plain = Signature::of(method, "").with_body(&quote!(::core::panic!()));
    let companion = of_stand_in.stub(differentiated);
    quote!(#plain #companion)
}

/// The element type of the stand-in.
fn elem() -> Ident {
    format_ident!("TiedElem", span = Span::mixed_site())
}
