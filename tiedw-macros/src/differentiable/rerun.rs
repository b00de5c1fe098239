//! Reverse mode of a checkpoint: it keeps copies of what it uses, and runs forward again in the backward pass.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::model::{Checkpoint, Out, Used, Var};
use super::reverse::{Passes, Reverse, forward_alone};
use crate::private::private_at;

impl Reverse<'_> {
    pub(super) fn checkpoint(
        &self,
        checkpoint: &Checkpoint,
        kept: &mut Vec<Ident>,
    ) -> (TokenStream, TokenStream, Vec<Var>) {
        let &Checkpoint { var, ref block, ref uses, span, is_marked } = checkpoint;
        let (private, value, slot) = (&self.private, var.value(), var.slot());
        let (trace, first) = (var.trace(), var.result());
        let alone = forward_alone(block, self.names, Some(var));
        let traced = traced(var, span, &value);
        // A checkpoint within another one is a part of what that computes.
        let within = self.checkpoint.get().map(|outer| {
            let outer = outer.trace();
            quote!(#outer.add(#first);)
        });
        let run = |guards: TokenStream| {
            quote! {
                let #trace = &#private::Trace::default();
                let #value = { #guards #alone };
                let #slot = __Value::slot(&#value);
                #traced
                let #first = #trace.number();
                #within
            }
        };
        if self.forward_alone {
            return (run(TokenStream::new()), TokenStream::new(), vec![var]);
        }
        let copies = uses.iter().map(|used| {
            let Used { name, copy, .. } = used;
            let mutability = used.is_mutable.then(|| quote!(mut));
            let value = self::copy(name, used.is_borrowed || used.is_mutable, !used.is_unknown);
            quote_spanned!(name.span()=> let #mutability #copy = #value;)
        });
        let guards = uses.iter().filter(|used| used.is_mutable).map(|Used { name, copy, .. }| {
            let guard = format_ident!("guard_{copy}", span = Span::mixed_site());
            quote! {
                let mut #guard = #private::During::during(&mut #copy, &mut *#name);
                let #name = #private::Named::named(&mut #guard);
            }
        });
        let run = run(guards.collect());
        let forward = quote!(#(#copies)* #run);
        kept.push(first.clone());
        kept.extend(uses.iter().map(|used| used.copy.clone()));
        let names = uses.iter().map(|used| &used.name);
        let copies: Vec<_> = uses.iter().map(|used| &used.copy).collect();
        let held = copies.iter().map(|copy| format_ident!("held_{copy}", span = Span::mixed_site()));
        let held: Vec<_> = held.collect();
        let cotangent = self.cotangent_of(&Out::Var(var));
        let outer = self.checkpoint.replace(Some(var));
        let Passes { forward: again, value: result, backward, .. } = self.block(block, &cotangent);
        self.checkpoint.set(outer);
        let traced = self::traced(var, span, &result);
        let same = format_ident!("{}", if is_marked { "same_in_checkpoint" } else { "same_in_function" });
        let private_there = private_at(span);
        let is_same = quote_spanned!(span=> #private_there::#same(#first, #trace.number()););
        let backward = quote! {{
            #(let mut #copies = #copies;)*
            #(let mut #held = #private::KeptCopy::held(&mut #copies);)*
            #(let mut #names = #private::Held::again(&mut #held);)*
            let #trace = &#private::Trace::default();
            #again
            #traced
            #is_same
            #backward
        }};
        (forward, backward, vec![var])
    }

    /// Adds what was computed to the trace of the checkpoint that it is in.
    pub(super) fn traced(&self, what: &impl ToTokens) -> Option<TokenStream> {
        self.checkpoint.get().map(|var| traced(var, Span::call_site(), what))
    }
}

fn traced(var: Var, span: Span, what: &impl ToTokens) -> TokenStream {
    let (trace, private) = (var.trace(), private_at(span));
    quote_spanned! {span=> {
        use #private::AnyField as _;
        #trace.add(#private::InField(&#what).fingerprint());
    }}
}

/// What is kept of a name: it may be a mutable reference or borrowed, or of a type that holds references.
pub(super) fn copy(name: &Ident, is_borrowed: bool, may_hold_references: bool) -> TokenStream {
    let (span, private) = (name.span(), private_at(name.span()));
    let of_borrowed = is_borrowed.then(|| quote!(KeepBorrowed as _,));
    let of_references = may_hold_references.then(|| quote!(KeepLent as _, KeepList as _,));
    quote_spanned! {span=> {
        use #private::{
            #of_borrowed #of_references
            KeepOther as _, KeepOwned as _, KeepRandom as _, KeepReference as _,
        };
        #private::KeptCopy::itself((&&&&&&#private::KeepOf(&#name)).keep())
    }}
}
