//! The forward and backward passes of `#[module(sequential)]` and `#[module(parallel)]`.

mod bodies;
mod passes;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::model::{Field, Glue, Module};
use super::span::{at, call_at};
use crate::private::{private, private_at};

/// Generates the methods, and the impls of `Layer` and `Forward`.
pub(super) fn expand(module: &Module) -> Option<TokenStream> {
    let glue = module.glue?;
    let fields = module.modules().filter(|field| !field.is_parameter());
    let layers: Vec<Layer<'_>> = fields.map(|field| Layer { module, field }).collect();
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
        Glue::Sequential => bodies::sequential(&layers),
        Glue::Parallel => bodies::parallel(&layers),
    };

    let checks = layers.iter().map(Layer::check);
    // The layers of a generic module are only known when it is instantiated.
    let (outside, inside) = match module.params().is_empty() {
        true => (quote!(#(const _: () = #checks;)*), None),
        false => (quote!(), Some(quote!(#(const { #checks };)*))),
    };
    let (body, body_vjp) = (quote!(#inside #body), quote!(#inside #body_vjp));

    let body = passes::Passes { module, input, output, body, body_vjp };
    let (passes, methods, traits) = (body.passes(), body.methods(), body.traits());
    Some(quote! {
        #outside
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
    /// The type of the field as a layer, as a path prefix of associated items.
    fn layer(&self) -> TokenStream {
        let ty = &self.field.ty;
        let span = self.field.span;
        let private = private_at(span);
        quote_spanned!(span=> <#ty as #private::Apply>)
    }

    fn input(&self) -> TokenStream {
        let layer = self.layer();
        quote_spanned!(self.field.span=> #layer::Input)
    }

    fn output(&self) -> TokenStream {
        let layer = self.layer();
        quote_spanned!(self.field.span=> #layer::Output)
    }

    /// Generates an assertion that fails at compile time if the pass would use running statistics in training.
    fn check(&self) -> TokenStream {
        let (ty, span) = (&self.field.ty, self.field.span);
        let (private, name) = (private_at(span), &self.field.name);
        let message = format!(
            "`{name}` of `{}` normalizes by running statistics in a `forward` that the derive writes, so it would not train \
             on those of the batch: write the methods of `{}` in place of `#[module(..)]`, one with \
             `self.{name}.by_batch(&x, statistics)` to train and one with `self.{name}.forward(&x)` to evaluate; or, where \
             it never trains, declare the field `Frozen<..>`",
            self.module.name, self.module.name
        );
        quote_spanned!(span=> ::core::assert!(!<#ty as #private::Module>::SPEC.runs_on_buffers(), #message))
    }

    fn link_name(&self) -> Ident {
        format_ident!("link_to_{}", self.field.name)
    }

    /// Generates a function that converts a reference to what is `given` to the layer's input. If the two
    /// types do not fit, only this function fails to compile, at the type of the field.
    fn link(&self, given: &TokenStream) -> TokenStream {
        let (module, name, input) = (self.module, self.link_name(), self.input());
        let (private, params, bounds) = (private(), module.params(), module.predicates());
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

    /// Generates a call of that function.
    fn linked(&self, value: impl ToTokens) -> TokenStream {
        let (name, arguments) = (self.link_name(), self.module.arguments());
        quote!(#name::<#(#arguments),*>(#value))
    }
}
