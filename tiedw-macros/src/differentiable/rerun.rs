//! Reverse mode of a checkpoint: it keeps copies of what it uses, and runs forward again in the backward pass.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::model::{Checkpoint, Out, Used, Var};
use super::reverse::{Passes, Reverse, forward_alone};

impl Reverse<'_> {
    pub(super) fn checkpoint(
        &self,
        checkpoint: &Checkpoint,
        kept: &mut Vec<Ident>,
    ) -> (TokenStream, TokenStream, Vec<Var>) {
        let Checkpoint { var, block, uses } = checkpoint;
        let (private, value, slot) = (&self.private, var.value(), var.slot());
        let alone = forward_alone(block, self.names);
        if self.forward_alone {
            return (
                quote!(let #value = { #alone }; let #slot = __Value::slot(&#value);),
                TokenStream::new(),
                vec![*var],
            );
        }
        let copies = uses.iter().map(|Used { name, copy, is_mutable }| {
            let mutability = is_mutable.then(|| quote!(mut));
            quote_spanned! {name.span()=>
                let #mutability #copy = {
                    use #private::{KeepMutable as _, KeepOwned as _, KeepRandom as _, KeepShared as _};
                    (&&#private::KeepOf(&#name)).keep()
                };
            }
        });
        let guards = uses.iter().filter(|used| used.is_mutable).map(|Used { name, copy, .. }| {
            let guard = format_ident!("guard_{copy}", span = Span::mixed_site());
            quote! {
                let mut #guard = #private::During::during(&mut #copy, &mut *#name);
                let #name = #private::Named::named(&mut #guard);
            }
        });
        let forward = quote! {
            #(#copies)*
            let #value = { #(#guards)* #alone };
            let #slot = __Value::slot(&#value);
        };
        kept.extend(uses.iter().map(|used| used.copy.clone()));
        let names = uses.iter().map(|used| &used.name);
        let copies: Vec<_> = uses.iter().map(|used| &used.copy).collect();
        let cotangent = self.cotangent_of(&Out::Var(*var));
        let Passes { forward: again, value: result, backward, .. } = self.block(block, &cotangent);
        let backward = quote! {{
            #(let mut #copies = #copies;)*
            #(let mut #names = #private::Kept::again(&mut #copies);)*
            #again
            let _ = #result;
            #backward
        }};
        (forward, backward, vec![*var])
    }
}
