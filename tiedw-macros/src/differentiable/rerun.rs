//! Reverse mode of a checkpoint: it keeps copies of what it uses, and runs forward again in the backward pass.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::model::{Checkpoint, Out, Used, Var};
use super::reverse::{Passes, Reverse, forward_alone};
use crate::private::private_at;

impl Reverse<'_> {
    pub(super) fn checkpoint(
        &self,
        checkpoint: &Checkpoint,
        kept: &mut Vec<Ident>,
    ) -> (TokenStream, TokenStream, Vec<Var>) {
        let Checkpoint { var, block, uses, unmarked } = checkpoint;
        let (private, value, slot) = (&self.private, var.value(), var.slot());
        let alone = forward_alone(block, self.names);
        if self.forward_alone {
            return (
                quote!(let #value = { #alone }; let #slot = __Value::slot(&#value);),
                TokenStream::new(),
                vec![*var],
            );
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
        let first = var.result();
        let fingerprint = unmarked.map(|_| quote!(let #first = __Value::fingerprint(&#value);));
        let forward = quote! {
            #(#copies)*
            let #value = { #(#guards)* #alone };
            let #slot = __Value::slot(&#value);
            #fingerprint
        };
        if unmarked.is_some() {
            kept.push(var.result());
        }
        kept.extend(uses.iter().map(|used| used.copy.clone()));
        let names = uses.iter().map(|used| &used.name);
        let copies: Vec<_> = uses.iter().map(|used| &used.copy).collect();
        let held = copies.iter().map(|copy| format_ident!("held_{copy}", span = Span::mixed_site()));
        let held: Vec<_> = held.collect();
        let cotangent = self.cotangent_of(&Out::Var(*var));
        let Passes { forward: again, value: result, backward, .. } = self.block(block, &cotangent);
        let is_same = unmarked.map(|span| {
            let private = private_at(span);
            quote_spanned!(span=> #private::same_again(#first, __Value::fingerprint(&#result));)
        });
        let backward = quote! {{
            #(let mut #copies = #copies;)*
            #(let mut #held = #private::KeptCopy::held(&mut #copies);)*
            #(let mut #names = #private::Held::again(&mut #held);)*
            #again
            #is_same
            let _ = #result;
            #backward
        }};
        (forward, backward, vec![*var])
    }
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
