//! The items that contain the passes: a private trait, and the impls of `Layer` and `Forward`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse_quote;

use super::super::model::Module;
use crate::private::private;

/// The forward pass of a module, without and with its pullback.
pub(super) struct Passes<'m> {
    pub(super) module: &'m Module,
    pub(super) input: TokenStream,
    pub(super) output: TokenStream,
    pub(super) body: TokenStream,
    pub(super) body_vjp: TokenStream,
}

impl Passes<'_> {
    /// The type of a pullback, which takes a `gradient` and captures `captured`.
    fn pullback(&self, ends: &TokenStream, gradient: &TokenStream, captured: &TokenStream) -> TokenStream {
        let (private, arguments) = (private(), self.module.arguments());
        quote! {
            impl ::core::ops::FnOnce(
                <#ends::Output as #private::Value>::Cotangent,
                #gradient,
                [::core::primitive::bool; 1],
            ) -> (::core::option::Option<<#ends::Input as #private::Value>::Cotangent>,)
            + use<'v, #captured #(#arguments),*>
        }
    }

    /// The module as an implementor of `__Ends`, the private trait that has its input and output types.
    fn ends(&self) -> TokenStream {
        let (name, arguments) = (&self.module.name, self.module.arguments());
        quote!(<#name<#(#arguments),*> as __Ends<#(#arguments),*>>)
    }

    /// Generates the passes in a private trait: public traits could not name the types of private layers.
    pub(super) fn passes(&self) -> TokenStream {
        let Passes { module, input, output, body, body_vjp } = self;
        let (name, private, view) = (&module.name, private(), module.view_name());
        let (params, arguments, bounds) = (module.params(), module.arguments(), module.predicates());
        let gradient = quote!(#view<'_, #(#arguments,)* #private::Gradient>);
        let pullback = self.pullback(&quote!(Self), &gradient, &quote!(Self,));
        let pullback_of_impl = self.pullback(&quote!(Self), &gradient, &quote!());
        quote! {
            trait __Ends<#(#params),*>
            where
                #(#bounds,)*
            {
                type Input: #private::Value<Owned = Self::Input>;
                type Output: #private::Value<Owned = Self::Output>;
                #[track_caller]
                fn forward(view: &#view<'_, #(#arguments),*>, x: &Self::Input) -> Self::Output;
                #[track_caller]
                fn forward_vjp<'v>(
                    view: &#view<'v, #(#arguments),*>,
                    x: &Self::Input,
                ) -> (Self::Output, #pullback);
            }

            impl<#(#params),*> __Ends<#(#arguments),*> for #name<#(#arguments),*>
            where
                #(#bounds,)*
            {
                type Input = #input;
                type Output = #output;

                #[inline]
                fn forward(view: &#view<'_, #(#arguments),*>, x: &Self::Input) -> Self::Output {
                    #body
                }
                #[inline]
                fn forward_vjp<'v>(
                    view: &#view<'v, #(#arguments),*>,
                    x: &Self::Input,
                ) -> (Self::Output, #pullback_of_impl) {
                    #body_vjp
                }
            }
        }
    }

    /// Generates the methods of the view and of the module.
    pub(super) fn methods(&self) -> TokenStream {
        let module = self.module;
        let (name, private, view) = (&module.name, private(), module.view_name());
        let (params, arguments, bounds) = (module.params(), module.arguments(), module.predicates());
        // Through the public trait, because the private one cannot be named from another file.
        let ends = quote!(<#name<#(#arguments),*> as #private::Layer>);
        let gradient = quote!(#view<'_, #(#arguments,)* #private::Gradient>);
        let inner = self.pullback(&ends, &gradient, &quote!());
        let outer = self.pullback(&ends, &quote!(&mut #name<#(#arguments),*>), &quote!());
        quote! {
            impl<'v, #(#params),*> #view<'v, #(#arguments),*>
            where
                #(#bounds,)*
            {
                /// Applies the module.
                #[inline]
                #[track_caller]
                pub fn forward(&self, x: &#ends::Input) -> #ends::Output {
                    #private::Forward::forward(self, x)
                }

                /// Applies the module, and returns a pullback.
                #[inline]
                #[track_caller]
                pub fn forward_vjp(&self, x: &#ends::Input) -> (#ends::Output, #inner) {
                    #private::Forward::forward_vjp(self, x)
                }
            }

            impl<#(#params),*> #name<#(#arguments),*>
            where
                #(#bounds,)*
            {
                /// Applies the module.
                #[inline]
                #[track_caller]
                pub fn forward<'v>(&'v self, x: &#ends::Input) -> #ends::Output
                where
                    for<'closed> Self: #private::Closed,
                {
                    #private::Forward::forward(&#private::Module::view(self), x)
                }

                /// Applies the module, and returns a pullback.
                #[inline]
                #[track_caller]
                pub fn forward_vjp<'v>(&'v self, x: &#ends::Input) -> (#ends::Output, #outer)
                where
                    for<'closed> Self: #private::Closed,
                {
                    let (y, pullback) = #private::Forward::forward_vjp(&#private::Module::view(self), x);
                    (y, move |cotangent, gradient: &mut Self, wanted: [::core::primitive::bool; 1]| {
                        pullback(cotangent, #private::Module::view_mut(gradient), wanted)
                    })
                }
            }
        }
    }

    /// Generates the impls of `Forward` and `Layer`, with type parameters for the input and output types.
    pub(super) fn traits(&self) -> TokenStream {
        let module = self.module;
        let (name, private, view) = (&module.name, private(), module.view_name());
        let (mut params, arguments, mut bounds) = (module.params(), module.arguments(), module.predicates());
        let ends = self.ends();
        let (input, output) = (format_ident!("{name}Input"), format_ident!("{name}Output"));
        for end in [&input, &output] {
            params.push(parse_quote!(#end: #private::Value<Owned = #end>));
        }
        bounds.push(parse_quote!(
            #name<#(#arguments),*>: __Ends<#(#arguments,)* Input = #input, Output = #output>
        ));
        let pullback = self.pullback(&quote!(Self), &quote!(Self::Gradient<'_>), &quote!(#input, #output,));
        quote! {
            #[automatically_derived]
            impl<'v, #(#params),*> #private::Forward for #view<'v, #(#arguments),*>
            where
                #(#bounds,)*
            {
                type Input = #input;
                type Output = #output;
                type Gradient<'g> = #view<'g, #(#arguments,)* #private::Gradient>;

                #[inline]
                fn forward(&self, x: &#input) -> #output {
                    #ends::forward(self, x)
                }
                #[inline]
                fn forward_vjp(&self, x: &#input) -> (#output, #pullback) {
                    #ends::forward_vjp(self, x)
                }
            }

            #[automatically_derived]
            impl<#(#params),*> #private::Layer for #name<#(#arguments),*>
            where
                #(#bounds,)*
            {
                type Input = #input;
                type Output = #output;
            }
        }
    }
}
