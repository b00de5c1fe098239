//! The bodies of the passes, layer by layer.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::Layer;
use crate::private::private;

/// Returns variables that cannot clash with a name of the user.
fn variables(name: &str, count: usize) -> Vec<Ident> {
    (0..count).map(|i| Ident::new(&format!("{name}{i}"), Span::mixed_site())).collect()
}

pub(super) fn sequential(layers: &[Layer<'_>]) -> (TokenStream, TokenStream) {
    let outputs = variables("y", layers.len());
    let pullbacks = variables("pullback", layers.len());
    let backs = variables("back", layers.len());
    let last = outputs.last();
    let (mut forward, mut forward_vjp) = (TokenStream::new(), TokenStream::new());
    let mut backward = TokenStream::new();
    for (i, layer) in layers.iter().enumerate() {
        let (name, ty) = (&layer.field.name, layer.layer());
        let (output, pullback, back) = (&outputs[i], &pullbacks[i], &backs[i]);
        if i > 0 {
            let previous = &outputs[i - 1];
            let link = layer.linked(quote!(&#previous));
            forward.extend(quote!(let (x, _) = #link;));
            forward_vjp.extend(quote!(let (x, #back) = #link;));
        }
        forward.extend(quote!(let #output = #ty::apply(&view.#name, x);));
        forward_vjp.extend(quote!(let (#output, #pullback) = #ty::apply_vjp(&view.#name, x);));
        let step = if i == 0 {
            quote!(#pullback(cotangent, gradient.#name, wanted))
        } else {
            quote! {
                let (::core::option::Option::Some(cotangent),) = #pullback(cotangent, gradient.#name, [true]) else {
                    return (::core::option::Option::None,);
                };
                let cotangent = #back(cotangent);
            }
        };
        backward = quote!(#step #backward);
    }
    let gradient = gradient(layers);
    let body_vjp = quote! {
        #forward_vjp
        (#last, move |cotangent, gradient: #gradient, wanted: [::core::primitive::bool; 1]| {
            #backward
        })
    };
    (quote!(#forward #last), body_vjp)
}

pub(super) fn parallel(layers: &[Layer<'_>]) -> (TokenStream, TokenStream) {
    let outputs = variables("y", layers.len());
    let pullbacks = variables("pullback", layers.len());
    let cotangents = variables("cotangent", layers.len());
    let (inputs, backs) = (variables("x", layers.len()), variables("back", layers.len()));
    let private = private();
    let (mut forward, mut forward_vjp) = (TokenStream::new(), TokenStream::new());
    let mut backward = TokenStream::new();
    for (i, layer) in layers.iter().enumerate() {
        let (name, ty) = (&layer.field.name, layer.layer());
        let (output, pullback, cotangent) = (&outputs[i], &pullbacks[i], &cotangents[i]);
        let (input, back) = (&inputs[i], &backs[i]);
        let given = quote!(cotangent);
        let (link, given) = match i {
            0 => (quote!((x, ())), given),
            _ => (layer.linked(quote!(x)), quote!(#given.map(#back))),
        };
        forward.extend(quote! {
            let (#input, _) = #link;
            let #output = #ty::apply(&view.#name, #input);
        });
        forward_vjp.extend(quote! {
            let (#input, #back) = #link;
            let (#output, #pullback) = #ty::apply_vjp(&view.#name, #input);
        });
        backward.extend(quote! {
            if let ::core::option::Option::Some(cotangent) = #cotangent {
                let (cotangent,) = #pullback(cotangent, gradient.#name, wanted);
                #private::AddTo::add(&mut sum, #given);
            }
        });
    }
    let gradient = gradient(layers);
    let body_vjp = quote! {
        #forward_vjp
        ((#(#outputs,)*), move |(#(#cotangents,)*), gradient: #gradient, wanted: [::core::primitive::bool; 1]| {
            let mut sum = ::core::option::Option::None;
            #backward
            (sum,)
        })
    };
    (quote!(#forward (#(#outputs,)*)), body_vjp)
}

/// The type of the gradient's view.
fn gradient(layers: &[Layer<'_>]) -> TokenStream {
    let module = layers[0].module;
    let (private, view, arguments) = (private(), module.view_name(), module.arguments());
    quote!(#view<'_, #(#arguments,)* #private::Gradient>)
}
