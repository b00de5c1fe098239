//! The forward and backward passes of `#[module(sequential)]` and `#[module(parallel)]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse_quote;
use syn::spanned::Spanned;

use super::model::{Field, Glue, Module};
use super::span::{at, call_at};

/// The methods, and the impls of `Layer` and `Forward`.
pub(super) fn expand(module: &Module) -> Option<TokenStream> {
    let glue = module.glue?;
    let layers: Vec<Layer<'_>> = module.modules().map(|field| Layer { module, field }).collect();
    let (first, last) = (layers.first()?, layers.last()?);
    let (input, output) = match glue {
        Glue::Sequential => (first.input(), last.output()),
        Glue::Parallel => {
            let outputs = layers.iter().map(Layer::output);
            (first.input(), quote!((#(#outputs,)*)))
        }
    };
    let links = layers.windows(2).map(|pair| match glue {
        Glue::Sequential => pair[1].link(&pair[0].output()),
        Glue::Parallel => pair[1].link(&input),
    });
    let links: Vec<_> = links.collect();
    let (body, body_vjp) = match glue {
        Glue::Sequential => sequential(&layers),
        Glue::Parallel => parallel(&layers),
    };

    let body = Passes { module, input, output, body, body_vjp };
    let (passes, methods, traits) = (body.passes(), body.methods(), body.traits());
    Some(quote! {
        #(#links)*
        #passes
        #methods
        #traits
    })
}

/// A field, as a layer.
struct Layer<'m> {
    module: &'m Module,
    field: &'m Field,
}

impl Layer<'_> {
    /// The type of the field as a layer: what stands before `::forward`.
    fn layer(&self) -> TokenStream {
        let ty = &self.field.ty;
        let private = at(self.module.private(), ty.span());
        quote_spanned!(ty.span()=> <#ty as #private::Apply>)
    }

    fn input(&self) -> TokenStream {
        let layer = self.layer();
        quote_spanned!(self.field.ty.span()=> #layer::Input)
    }

    fn output(&self) -> TokenStream {
        let layer = self.layer();
        quote_spanned!(self.field.ty.span()=> #layer::Output)
    }

    fn link_name(&self) -> Ident {
        format_ident!("link_to_{}", self.field.name)
    }

    /// A function from what is `given` to the layer to what it takes. Where the two differ it does not compile, at
    /// the type of the field; all else that is generated does.
    fn link(&self, given: &TokenStream) -> TokenStream {
        let (module, name, input) = (self.module, self.link_name(), self.input());
        let (private, params, bounds) = (module.private(), module.params(), module.predicates());
        let value = call_at(&self.field.ty, &quote!(::core::convert::identity), quote!(value));
        let feed = at(quote!(#private::Feeds), self.field.name.span());
        let feed = quote_spanned!(self.field.name.span()=> #feed::<#input>::feed(#value));
        quote! {
            #[inline]
            fn #name<'x, #(#params),*>(
                value: &'x #given,
            ) -> (
                &'x #input,
                fn(<#input as #private::Value>::Cotangent) -> <#given as #private::Value>::Cotangent,
            )
            where
                #(#bounds,)*
            {
                #feed
            }
        }
    }

    /// A call of that function.
    fn linked(&self, value: impl ToTokens) -> TokenStream {
        let (name, arguments) = (self.link_name(), self.module.arguments());
        quote!(#name::<#(#arguments),*>(#value))
    }
}

/// Variables that no name of the user's clashes with.
fn variables(name: &str, count: usize) -> Vec<Ident> {
    (0..count).map(|i| Ident::new(&format!("{name}{i}"), Span::mixed_site())).collect()
}

fn sequential(layers: &[Layer<'_>]) -> (TokenStream, TokenStream) {
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
        (#last, move |cotangent, gradient: #gradient, wanted: [bool; 1]| {
            #backward
        })
    };
    (quote!(#forward #last), body_vjp)
}

fn parallel(layers: &[Layer<'_>]) -> (TokenStream, TokenStream) {
    let outputs = variables("y", layers.len());
    let pullbacks = variables("pullback", layers.len());
    let cotangents = variables("cotangent", layers.len());
    let (inputs, backs) = (variables("x", layers.len()), variables("back", layers.len()));
    let private = layers[0].module.private();
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
                #private::add(&mut sum, #given);
            }
        });
    }
    let gradient = gradient(layers);
    let body_vjp = quote! {
        #forward_vjp
        ((#(#outputs,)*), move |(#(#cotangents,)*), gradient: #gradient, wanted: [bool; 1]| {
            let mut sum = ::core::option::Option::None;
            #backward
            (sum,)
        })
    };
    (quote!(#forward (#(#outputs,)*)), body_vjp)
}

/// The view of a gradient.
fn gradient(layers: &[Layer<'_>]) -> TokenStream {
    let module = layers[0].module;
    let (private, view, arguments) = (module.private(), module.view_name(), module.arguments());
    quote!(#view<'_, #(#arguments,)* #private::Gradient>)
}

/// The two passes of a module.
struct Passes<'m> {
    module: &'m Module,
    input: TokenStream,
    output: TokenStream,
    body: TokenStream,
    body_vjp: TokenStream,
}

impl Passes<'_> {
    /// The type of a pullback, which takes a `gradient` and captures `captured`.
    fn pullback(&self, ends: &TokenStream, gradient: &TokenStream, captured: &TokenStream) -> TokenStream {
        let (private, arguments) = (self.module.private(), self.module.arguments());
        quote! {
            impl ::core::ops::FnOnce(
                <#ends::Output as #private::Value>::Cotangent,
                #gradient,
                [bool; 1],
            ) -> (::core::option::Option<<#ends::Input as #private::Value>::Cotangent>,)
            + use<'v, #captured #(#arguments),*>
        }
    }

    /// The module, as the trait that its passes are in says what they map.
    fn ends(&self) -> TokenStream {
        let (name, arguments) = (&self.module.name, self.module.arguments());
        quote!(<#name<#(#arguments),*> as Ends<#(#arguments),*>>)
    }

    /// The passes, in a private trait: the public ones could not name the types of private layers.
    fn passes(&self) -> TokenStream {
        let Passes { module, input, output, body, body_vjp } = self;
        let (name, private, view) = (&module.name, module.private(), module.view_name());
        let (params, arguments, bounds) = (module.params(), module.arguments(), module.predicates());
        let gradient = quote!(#view<'_, #(#arguments,)* #private::Gradient>);
        let pullback = self.pullback(&quote!(Self), &gradient, &quote!(Self,));
        let pullback_of_impl = self.pullback(&quote!(Self), &gradient, &quote!());
        quote! {
            trait Ends<#(#params),*>
            where
                #(#bounds,)*
            {
                type Input: #private::Value<Owned = Self::Input>;
                type Output: #private::Value<Owned = Self::Output>;
                fn forward(view: &#view<'_, #(#arguments),*>, x: &Self::Input) -> Self::Output;
                fn forward_vjp<'v>(
                    view: &#view<'v, #(#arguments),*>,
                    x: &Self::Input,
                ) -> (Self::Output, #pullback);
            }

            impl<#(#params),*> Ends<#(#arguments),*> for #name<#(#arguments),*>
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

    /// The methods of the view and of the module.
    fn methods(&self) -> TokenStream {
        let module = self.module;
        let (name, private, view) = (&module.name, module.private(), module.view_name());
        let (params, arguments, bounds) = (module.params(), module.arguments(), module.predicates());
        // By the public trait: the private one cannot be named from another file.
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
                pub fn forward(&self, x: &#ends::Input) -> #ends::Output {
                    #private::Forward::forward(self, x)
                }

                /// Applies the module, and returns a pullback.
                #[inline]
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
                pub fn forward<'v>(&'v self, x: &#ends::Input) -> #ends::Output
                where
                    for<'closed> Self: #private::Closed,
                {
                    #private::Forward::forward(&#private::Module::view(self), x)
                }

                /// Applies the module, and returns a pullback.
                #[inline]
                pub fn forward_vjp<'v>(&'v self, x: &#ends::Input) -> (#ends::Output, #outer)
                where
                    for<'closed> Self: #private::Closed,
                {
                    let (y, pullback) = #private::Forward::forward_vjp(&#private::Module::view(self), x);
                    (y, move |cotangent, gradient: &mut Self, wanted: [bool; 1]| {
                        pullback(cotangent, #private::Module::view_mut(gradient), wanted)
                    })
                }
            }
        }
    }

    /// The impls of `Forward` and `Layer`. Parameters stand for the types of input and output.
    fn traits(&self) -> TokenStream {
        let module = self.module;
        let (name, private, view) = (&module.name, module.private(), module.view_name());
        let (mut params, arguments, mut bounds) = (module.params(), module.arguments(), module.predicates());
        let ends = self.ends();
        let (input, output) = (format_ident!("{name}Input"), format_ident!("{name}Output"));
        for end in [&input, &output] {
            params.push(parse_quote!(#end: #private::Value<Owned = #end>));
        }
        bounds.push(parse_quote!(
            #name<#(#arguments),*>: Ends<#(#arguments,)* Input = #input, Output = #output>
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
