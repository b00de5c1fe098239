//! For each tied field, a function from the views of its sources to its ties.
//!
//! The function is generic over weights and gradients, so that a mistake in a tie is reported once.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use super::model::{Field, Hole, Module, Role, Tie};
use super::source::Source;
use super::span::{at, call_at};
use crate::private::private_at;

/// Generates the function for `field`, unless the field owns all its weights or is open.
pub(super) fn function(module: &Module, field: &Field) -> Option<TokenStream> {
    let ty = &field.ty;
    let span = field.span;
    let here = private_at(span);
    let ties = match &field.role {
        Role::Tied(Tie::Whole { tie, source }) => {
            let wanted = quote_spanned!(span=> <#ty as #here::TiedField>::wanted::<Use>());
            let filled = fill(*tie, &module.hole(field, &[]), source, &wanted);
            let filled = call_at(ty, &quote!(::core::convert::identity), filled);
            quote_spanned!(span=> <#ty as #here::TiedField>::ties::<Use>(#filled))
        }
        Role::Tied(Tie::Holes(holes)) => {
            let last = ty.to_token_stream().into_iter().last().map_or(span, |token| token.span());
            let end = at(quote!(, Use> as #here::Holes>::open()), last);
            let open = quote_spanned!(span=> <#here::TiesOf<'_, #ty #end);
            let holes: Vec<_> = holes.iter().map(|Hole { path, source }| (&**path, source)).collect();
            let fill = fill_each(&holes, &|hole| module.hole(field, hole));
            let filled = call_at(ty, &quote!(::core::convert::identity), quote!(#open #fill));
            quote_spanned!(span=> #here::Finish::finish(#filled))
        }
        _ => return None,
    };
    let name = name(field);
    let owners = owners(module, field);
    let owner_names = owners.iter().map(|owner| &owner.name);
    let owner_types = owners.iter().map(|owner| &owner.ty);
    let (params, bounds) = (module.params(), module.predicates());
    let lengths = field.sources().into_iter().map(|(_, source)| source.lengths(&field.name));
    Some(quote! {
        #[inline]
        fn #name<'a, #(#params,)* Use: __Role>(
            #(#owner_names: <#owner_types as __Module>::View<'a, Use>,)*
        ) -> <#ty as __Module>::Ties<'a, Use>
        where
            #(#bounds,)*
        {
            #(#lengths)*
            #ties
        }
    })
}

/// Generates calls that fill holes by name, and nested holes recursively. `called` names a hole in messages.
fn fill_each(holes: &[(&[Ident], &Source)], called: &dyn Fn(&[Ident]) -> String) -> TokenStream {
    let mut calls = TokenStream::new();
    for (position, (path, source)) in holes.iter().enumerate() {
        let [name, rest @ ..] = path else { continue };
        if holes[..position].iter().any(|(path, _)| path.first() == Some(name)) {
            continue;
        }
        let span = name.span();
        let here = private_at(span);
        let hole = Ident::new("__hole", span);
        let filled = if rest.is_empty() {
            let wanted = quote_spanned!(span=> #here::Hole::<'_, Use>::wanted(#hole));
            fill(span, &called(path), source, &wanted)
        } else {
            let within = holes.iter().filter(|(path, _)| path.first() == Some(name));
            let within: Vec<_> = within.map(|(path, source)| (&path[1..], *source)).collect();
            let fill = fill_each(&within, &|rest| called(&[&path[..1], rest].concat()));
            quote_spanned!(span=> #here::Finish::finish(#here::Holes::within(#hole) #fill))
        };
        calls.extend(quote_spanned!(span=> .#name(|#hole| #filled)));
    }
    calls
}

/// Generates the value that fills a hole with this name from a source.
fn fill(span: Span, hole: &str, source: &Source, wanted: &TokenStream) -> TokenStream {
    let (private, borrowed) = (private_at(span), source.borrow());
    if source.fixed().is_none() {
        return quote_spanned!(span=> #private::Fills::fill(#borrowed, #wanted));
    }
    let tie = format!("{hole} is tied to `{source}`");
    quote_spanned! {span=> {
        struct Tie;
        impl #private::TieName for Tie {
            const NAME: &'static ::core::primitive::str = #tie;
        }
        #private::FillsFixed::fill_fixed(#wanted, #borrowed, Tie)
    }}
}

impl Module {
    /// The name of a hole of a field in messages.
    fn hole(&self, field: &Field, hole: &[Ident]) -> String {
        let names: Vec<String> =
            [&field.name].into_iter().chain(hole).map(|name| name.unraw().to_string()).collect();
        format!("`{}` of `{}`", names.join("."), self.name.unraw())
    }
}

/// Generates a call of the function, with the views of the owners in scope by name.
pub(super) fn call(module: &Module, field: &Field, role: &Ident) -> TokenStream {
    let name = name(field);
    let owners = owners(module, field).into_iter().map(|owner| &owner.name);
    let arguments = module.arguments();
    quote!(#name::<#(#arguments,)* #role>(#(__Clone::clone(&#owners)),*))
}

fn name(field: &Field) -> Ident {
    format_ident!("__ties_of_{}", field.name)
}

/// Returns the fields that the ties of `field` start at, without duplicates.
fn owners<'m>(module: &'m Module, field: &Field) -> Vec<&'m Field> {
    let sources = field.sources();
    module
        .fields
        .iter()
        .filter(|owner| sources.iter().any(|(_, source)| source.owner == owner.name))
        .collect()
}
