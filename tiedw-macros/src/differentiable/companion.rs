//! The companion of a method: its forward pass that keeps pullbacks, and its pullback.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::context::Context;
use super::dependence::Dependence;
use super::lower;
use super::method::Method;
use super::model::Var;
use super::reverse::{Passes, Reverse, gradient, wanted};
use super::signature::Signature;
use crate::errors::Errors;

impl Context<'_> {
    /// The companion of a method of the view, or of a function without `self`.
    pub(super) fn companion(&self, method: &Method, errors: &mut Errors) -> TokenStream {
        let Context { krate, view, arguments, .. } = self;
        let body = lower::method(krate, method, errors);
        let count = method.arguments.len();
        let dependence = Dependence::of(&body.block, body.names.len(), count);
        let gradient_type =
            method.takes_self.then(|| quote!(#view<'_, #(#arguments,)* #krate::__private::Gradient>));
        let reverse = Reverse {
            krate,
            dependence: &dependence,
            names: &body.names,
            gradient: gradient_type.as_ref(),
            count,
            segments: Default::default(),
        };
        let (cotangent, gradient, wanted) =
            (Ident::new("cotangent", Span::mixed_site()), gradient(), wanted());
        let Passes { forward, value, backward, .. } =
            reverse.block(&body.block, &quote!(::core::option::Option::Some(#cotangent)));

        let (mut slots, mut sums, mut results) = (TokenStream::new(), TokenStream::new(), Vec::new());
        for (position, argument) in method.arguments.iter().enumerate() {
            if !argument.active {
                results.push(quote!(::core::option::Option::None));
                continue;
            }
            let (slot, sum) = (Var(position).slot(), Var(position).cotangent());
            let (name, span) = (&argument.name, argument.ty.span());
            slots.extend(quote_spanned!(span=> let #slot = #krate::__private::slot(&#name);));
            sums.extend(quote!(let mut #sum = #slot.empty();));
            results.push(quote!(if #wanted[#position] { #sum } else { ::core::option::Option::None }));
        }

        let gradient = gradient_type.iter().map(|ty| quote!(#gradient: #ty));
        let mut signature = Signature::of(method, "_vjp");
        let (output, pullback) = (&signature.output, self.pullback(method, gradient_type.as_ref()));
        signature.output = quote!((#output, #pullback));
        signature.attributes.push(doc(method, "with its pullback"));
        let mutable = method.arguments.iter().filter(|argument| argument.mutability.is_some());
        let mutable = mutable.map(|argument| &argument.name);
        signature.with_body(&quote_spanned! {method.function.block.span()=>
            #slots
            #(let mut #mutable = #mutable;)*
            #forward
            (#value, move |#cotangent, #(#gradient,)* #wanted: [bool; #count]| {
                #sums
                #backward
                (#(#results,)*)
            })
        })
    }
}

/// A line of documentation about what is generated from `method`.
pub(super) fn doc(method: &Method, text: &str) -> syn::Attribute {
    let text = format!("[`{0}`](Self::{0}) {text}.", method.function.sig.ident);
    syn::parse_quote!(#[doc = #text])
}
