//! Reverse mode of closures that are passed to functions: their pullbacks add to the cotangents of what they capture, for which there are cells.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::model::{Call, PassedClosure, Var};
use super::reverse::{Passes, Reverse, gradient};
use super::segment::captured;
use super::tokens::Tokens;

/// A call with closures: what comes before it, its arguments, and what follows its pullback.
pub(super) struct WithClosures {
    pub(super) before: TokenStream,
    pub(super) arguments: Vec<Tokens>,
    pub(super) after: TokenStream,
}

impl Reverse<'_> {
    /// Generates the closures among the arguments of a call.
    pub(super) fn with_closures(&self, call: &Call) -> WithClosures {
        // Closures may run in any order and on any thread.
        let checkpoint = self.checkpoint.take();
        let with_closures = self.with_each_closure(call);
        self.checkpoint.set(checkpoint);
        with_closures
    }

    fn with_each_closure(&self, call: &Call) -> WithClosures {
        let (mut before, mut after) = (TokenStream::new(), TokenStream::new());
        let mut arguments = call.arguments.clone();
        let (apart, closures): (Vec<_>, Vec<_>) = call.closures.iter().partition(|closure| closure.is_apart);
        for closure in apart {
            arguments[closure.position] = self.with_pullback(closure, &[]).into();
        }
        if closures.is_empty() {
            return WithClosures { before, arguments, after };
        }
        if self.forward_alone {
            for closure in closures {
                arguments[closure.position] = self.without_pullback(closure).into();
            }
            return WithClosures { before, arguments, after };
        }
        let (private, of_closures) = (&self.private, of_closures());
        if self.gradient.is_some() {
            let gradient = gradient();
            before.extend(quote!(let #of_closures = &#gradient;));
        }
        let mut cells: Vec<Var> = Vec::new();
        for closure in closures {
            let inputs: Vec<Var> = closure.inputs.iter().map(|(var, _)| *var).collect();
            let captured: Vec<Var> =
                captured(&closure.block).into_iter().filter(|var| !inputs.contains(var)).collect();
            arguments[closure.position] = self.with_pullback(closure, &captured).into();
            cells.extend(captured.into_iter().filter(|var| !cells.contains(var)).collect::<Vec<_>>());
        }
        for var in cells {
            let (cell, cotangent) = (cell(var), var.cotangent());
            before.extend(quote!(let #cell = &#private::Cotangents::like(&#cotangent);));
            after.extend(quote!(#cell.give(&mut #cotangent);));
        }
        WithClosures { before, arguments, after }
    }

    fn without_pullback(&self, closure: &PassedClosure) -> TokenStream {
        let (inputs, slots) = self.inputs(closure);
        let (forward, value) = (self.steps(&closure.block.steps).forward, &closure.block.tail.expr);
        let none = closure.inputs.iter().map(|_| quote!(__None));
        quote_spanned! {closure.span=>
            |#(#inputs),*| { #slots #forward (#value, |_, _| (#(#none,)*)) }
        }
    }

    fn with_pullback(&self, closure: &PassedClosure, captured: &[Var]) -> TokenStream {
        let cotangent = Ident::new("cotangent", Span::mixed_site());
        let Passes { forward, value, backward, .. } = self.block(&closure.block, &quote!(__Some(#cotangent)));
        let (inputs, slots) = self.inputs(closure);
        let gradient = self.gradient.filter(|_| !closure.is_apart).map(|_| {
            let (gradient, of_closures) = (gradient(), of_closures());
            quote!(let #gradient = __Clone::clone(#of_closures);)
        });
        let own: Vec<_> = closure.inputs.iter().map(|(var, _)| *var).collect();
        let declared = self.declared(&own);
        let outside = captured.iter().map(|var| {
            let (cell, cotangent) = (cell(*var), var.cotangent());
            quote!(let mut #cotangent = #cell.none();)
        });
        let kept = captured.iter().map(|var| {
            let (cell, cotangent) = (cell(*var), var.cotangent());
            quote!(#cell.add(#cotangent);)
        });
        let results = own.iter().map(|var| var.cotangent());
        let (private, count) = (&self.private, own.len());
        let pullback = quote_spanned! {closure.span=>
            move |#cotangent, _: [::core::primitive::bool; #count]| {
                #gradient
                #(#outside)*
                #declared
                #backward
                #(#kept)*
                (#(#results,)*)
            }
        };
        let result = match closure.is_either {
            true => quote_spanned!(closure.span=> #private::value_or_pair(#value, #pullback)),
            false => quote_spanned!(closure.span=> (#value, #pullback)),
        };
        quote_spanned!(closure.span=> |#(#inputs),*| { #slots #forward #result })
    }

    /// The arguments of a closure, and the slots for their cotangents.
    fn inputs(&self, closure: &PassedClosure) -> (Vec<TokenStream>, TokenStream) {
        let names = closure.inputs.iter().map(|(var, ty)| {
            let name = &self.names[var.0];
            ty.as_ref().map_or_else(|| quote!(#name), |ty| quote!(#name: #ty))
        });
        let slots = closure.inputs.iter().map(|(var, _)| {
            let (slot, name) = (var.slot(), &self.names[var.0]);
            quote_spanned!(closure.span=> let #slot = __Value::slot(&#name);)
        });
        (names.collect(), slots.collect())
    }
}

/// The name of the gradient's view for closures.
fn of_closures() -> Ident {
    Ident::new("of_closures", Span::mixed_site())
}

/// The name of the cell for the cotangent of a variable that closures capture.
fn cell(var: Var) -> Ident {
    format_ident!("cell{}", var.0, span = Span::mixed_site())
}
