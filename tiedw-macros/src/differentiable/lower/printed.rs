//! Macros that print. They see values as they are, since they return nothing that could depend on them.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use super::Lower;
use super::shown::{captures, is_punct, revealed};
use crate::differentiable::scope::Binding;

impl Lower<'_> {
    /// Lowers a macro that prints; `None` if it is another, names the module, or has a block, which may do more than read.
    pub(super) fn printed(&self, mac: &syn::Macro) -> Option<TokenStream> {
        let (name, arguments) = (mac.path.get_ident()?, &mac.tokens);
        let prints = ["print", "println", "eprint", "eprintln"].iter().any(|print| name == print);
        let mut named = Vec::new();
        if !prints || !self.reads(arguments.clone(), &mut named) {
            return None;
        }
        let values = named.iter().map(|name| {
            let value = revealed(name);
            quote_spanned!(name.span()=> let #name = #value;)
        });
        let unknown = self.unknown_capture(arguments);
        // A macro of the user's own with that name may do something else.
        Some(quote!({ #unknown #(#values)* ::std::#name!(#arguments); }))
    }

    /// Collects the values that code names; returns whether it only reads them.
    fn reads(&self, code: TokenStream, named: &mut Vec<Ident>) -> bool {
        let mut add = |name: Ident| {
            let is_value = matches!(self.scope.get(&name.to_string()), Some(Binding::Var(_)));
            if is_value && !named.contains(&name) {
                named.push(name);
            }
        };
        let mut after_dot = false;
        for token in code {
            let follows_dot = std::mem::replace(&mut after_dot, is_punct(Some(&token), '.'));
            match token {
                TokenTree::Ident(name) if self.is_part(&name.to_string()) => return false,
                TokenTree::Ident(name) if !follows_dot => add(name),
                TokenTree::Literal(literal) => {
                    let names = captures(&literal.to_string());
                    names.iter().for_each(|name| add(Ident::new(name, literal.span())));
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return false,
                TokenTree::Group(group) => {
                    let mut within = Vec::new();
                    if !self.reads(group.stream(), &mut within) {
                        return false;
                    }
                    within.into_iter().for_each(&mut add);
                }
                _ => {}
            }
        }
        true
    }
}
