//! The forward and backward passes of `#[module(sequential)]` and `#[module(parallel)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::expand::{arguments, predicates, view_name, without_default};
use super::model::{Glue, Module};

pub(super) fn expand(module: &Module) -> Option<TokenStream> {
    let glue = module.glue?;
    let krate = &module.krate;
    let layers: Vec<TokenStream> = module
        .modules()
        .map(|field| {
            let ty = &field.ty;
            quote_spanned!(ty.span()=> <#ty as #krate::__private::Layer>)
        })
        .collect();
    let (first, last) = (layers.first()?, layers.last()?);
    let output = match glue {
        Glue::Sequential => quote!(#last::Output),
        Glue::Parallel => quote!((#(#layers::Output,)*)),
    };
    let input = quote!(#first::Input);
    let forward = match glue {
        Glue::Sequential => sequential(module),
        Glue::Parallel => parallel(module),
    };
    let (body, body_vjp) = forward;

    let Module { name, .. } = module;
    let view = view_name(name);
    let params: Vec<_> = module.generics.params.iter().map(without_default).collect();
    let arguments = arguments(&module.generics);
    let bounds = predicates(module);
    let pullback = |gradient: TokenStream| {
        quote! {
            impl ::core::ops::FnOnce(
                <#output as #krate::__private::Value>::Cotangent,
                #gradient,
                [bool; 1],
            ) -> (::core::option::Option<<#input as #krate::__private::Value>::Cotangent>,)
            + use<'v, #(#arguments),*>
        }
    };
    let inner = pullback(quote!(#view<'_, #(#arguments,)* #krate::__private::Gradient>));
    let outer = pullback(quote!(&mut #name<#(#arguments),*>));
    Some(quote! {
        #[automatically_derived]
        impl<'v, #(#params),*> #krate::__private::Forward for #view<'v, #(#arguments),*>
        where
            #(#bounds,)*
        {
            type Input = #input;
            type Output = #output;
            type Gradient<'g> = #view<'g, #(#arguments,)* #krate::__private::Gradient>;

            #[inline]
            fn forward(&self, x: &Self::Input) -> Self::Output {
                #body
            }
            #[inline]
            fn forward_vjp(&self, x: &Self::Input) -> (Self::Output, #inner) {
                #body_vjp
            }
        }

        impl<'v, #(#params),*> #view<'v, #(#arguments),*>
        where
            #(#bounds,)*
        {
            /// Applies the module.
            #[inline]
            pub fn forward(&self, x: &#input) -> #output {
                #krate::__private::Forward::forward(self, x)
            }

            /// Applies the module, and returns a pullback.
            #[inline]
            pub fn forward_vjp(&self, x: &#input) -> (#output, #inner) {
                #krate::__private::Forward::forward_vjp(self, x)
            }
        }

        #[automatically_derived]
        impl<#(#params),*> #krate::__private::Layer for #name<#(#arguments),*>
        where
            #(#bounds,)*
        {
            type Input = #input;
            type Output = #output;
        }

        impl<#(#params),*> #name<#(#arguments),*>
        where
            #(#bounds,)*
        {
            /// Applies the module.
            #[inline]
            pub fn forward<'v>(&'v self, x: &#input) -> #output
            where
                for<'closed> Self: #krate::__private::Closed,
            {
                #krate::__private::Forward::forward(&#krate::__private::Module::view(self), x)
            }

            /// Applies the module, and returns a pullback.
            #[inline]
            pub fn forward_vjp<'v>(&'v self, x: &#input) -> (#output, #outer)
            where
                for<'closed> Self: #krate::__private::Closed,
            {
                let (y, pullback) =
                    #krate::__private::Forward::forward_vjp(&#krate::__private::Module::view(self), x);
                (y, move |cotangent, gradient: &mut Self, wanted: [bool; 1]| {
                    pullback(cotangent, #krate::__private::Module::view_mut(gradient), wanted)
                })
            }
        }
    })
}

fn sequential(module: &Module) -> (TokenStream, TokenStream) {
    let krate = &module.krate;
    let names: Vec<_> = module.modules().map(|field| &field.name).collect();
    let values: Vec<_> = (0..=names.len()).map(|i| format_ident!("x{i}")).collect();
    let pullbacks: Vec<_> = (0..names.len()).map(|i| format_ident!("pullback{i}")).collect();
    let (inputs, outputs) = (&values[..names.len()], &values[1..]);
    let last = values.last();
    let backward = names.iter().zip(&pullbacks).enumerate().rev().map(|(i, (name, pullback))| {
        if i == 0 {
            return quote!(#pullback(cotangent, gradient.#name, wanted));
        }
        quote! {
            let (::core::option::Option::Some(cotangent),) = #pullback(cotangent, gradient.#name, [true]) else {
                return (::core::option::Option::None,);
            };
        }
    });
    let mut references = vec![quote!(x)];
    references.extend(inputs[1..].iter().map(|input| quote!(&#input)));
    let body = quote! {
        #(let #outputs = #krate::__private::Forward::forward(&self.#names, #references);)*
        #last
    };
    let body_vjp = quote! {
        #(let (#outputs, #pullbacks) = #krate::__private::Forward::forward_vjp(&self.#names, #references);)*
        (#last, move |cotangent, gradient: Self::Gradient<'_>, wanted: [bool; 1]| {
            #(#backward)*
        })
    };
    (body, body_vjp)
}

fn parallel(module: &Module) -> (TokenStream, TokenStream) {
    let krate = &module.krate;
    let names: Vec<_> = module.modules().map(|field| &field.name).collect();
    let values: Vec<_> = (0..names.len()).map(|i| format_ident!("y{i}")).collect();
    let cotangents: Vec<_> = (0..names.len()).map(|i| format_ident!("cotangent{i}")).collect();
    let pullbacks: Vec<_> = (0..names.len()).map(|i| format_ident!("pullback{i}")).collect();
    let body = quote!((#(#krate::__private::Forward::forward(&self.#names, x),)*));
    let body_vjp = quote! {
        #(let (#values, #pullbacks) = #krate::__private::Forward::forward_vjp(&self.#names, x);)*
        ((#(#values,)*), move |(#(#cotangents,)*), gradient: Self::Gradient<'_>, wanted: [bool; 1]| {
            let mut sum = ::core::option::Option::None;
            #(if let ::core::option::Option::Some(cotangent) = #cotangents {
                let (cotangent,) = #pullbacks(cotangent, gradient.#names, wanted);
                #krate::__private::add(&mut sum, cotangent);
            })*
            (sum,)
        })
    };
    (body, body_vjp)
}
