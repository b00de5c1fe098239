//! Macros that print or panic. They see values as they are, since they return nothing that could depend on them.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use super::Lower;
use super::shown::{captures, is_punct, revealed};
use crate::differentiable::hidden::hidden;
use crate::differentiable::mentions::is_panic;
use crate::differentiable::scope::Binding;

/// What code reads of a body.
#[derive(Default)]
pub(super) struct Read {
    values: Vec<Ident>,
    /// Whether it names the module, or a part of it.
    names_part: bool,
}

impl Read {
    pub(super) fn is_nothing(&self) -> bool {
        self.values.is_empty() && !self.names_part
    }
}

impl Lower<'_> {
    /// Lowers a macro that prints or panics; `None` if it is another, or has a block, which may do more than read.
    pub(super) fn printed(&self, mac: &syn::Macro) -> Option<TokenStream> {
        let (name, arguments) = (mac.path.get_ident()?, &mac.tokens);
        let panics = is_panic(mac);
        let prints = ["print", "println", "eprint", "eprintln"].iter().any(|print| name == print);
        if !prints && !panics {
            return None;
        }
        let read = self.read(arguments)?;
        // As every other code that reads nothing.
        if panics && read.is_nothing() {
            return None;
        }
        // A macro of the user's own with that name may do something else.
        let end = prints.then(|| quote!(;));
        Some(self.showing(
            &read,
            arguments,
            |arguments| quote_spanned!(name.span()=> ::std::#name!(#arguments) #end),
        ))
    }

    /// The code of a macro whose arguments read these.
    pub(super) fn showing(
        &self,
        read: &Read,
        arguments: &TokenStream,
        call: impl FnOnce(TokenStream) -> TokenStream,
    ) -> TokenStream {
        let values = read.values.iter().map(|name| {
            let value = revealed(name);
            quote_spanned!(name.span()=> let #name = #value;)
        });
        let unknown = self.unknown_capture(arguments);
        let call = call(self.with_views(arguments.clone()));
        quote!({ #unknown #(#values)* #call })
    }

    /// Names the views of modules as the companion does.
    fn with_views(&self, code: TokenStream) -> TokenStream {
        let mut after_dot = false;
        let named = code.into_iter().map(|token| {
            let follows_dot = std::mem::replace(&mut after_dot, is_punct(Some(&token), '.'));
            match token {
                TokenTree::Ident(name) if !follows_dot && self.is_part(&name.to_string()) => {
                    hidden(&name).into()
                }
                TokenTree::Group(group) => {
                    let mut within = Group::new(group.delimiter(), self.with_views(group.stream()));
                    within.set_span(group.span());
                    within.into()
                }
                token => token,
            }
        });
        named.collect()
    }

    /// What the arguments of a macro read; `None` if they may do more.
    pub(super) fn read(&self, arguments: &TokenStream) -> Option<Read> {
        let mut read = Read::default();
        self.reads(arguments.clone(), &mut read).then_some(read)
    }

    /// Collects what code reads; returns whether it does no more.
    fn reads(&self, code: TokenStream, read: &mut Read) -> bool {
        let mut after_dot = false;
        code.into_iter().all(|token| {
            let follows_dot = std::mem::replace(&mut after_dot, is_punct(Some(&token), '.'));
            match token {
                TokenTree::Ident(name) if !follows_dot => self.reads_name(name, read),
                TokenTree::Literal(literal) => {
                    for name in captures(&literal.to_string()) {
                        self.reads_name(Ident::new(&name, literal.span()), read);
                    }
                }
                TokenTree::Group(group) => {
                    return group.delimiter() != Delimiter::Brace && self.reads(group.stream(), read);
                }
                _ => {}
            }
            true
        })
    }

    fn reads_name(&self, name: Ident, read: &mut Read) {
        read.names_part |= self.is_part(&name.to_string());
        let is_value = matches!(self.scope.get(&name.to_string()), Some(Binding::Var(_)));
        if is_value && !read.values.contains(&name) {
            read.values.push(name);
        }
    }
}
