//! For each tied field, a function from the views of its sources to its ties.
//!
//! The function serves weights and gradients alike, so that a mistake in a tie is reported once.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

use super::expand::{at, call_at};
use super::model::{Field, Hole, Module, Role, Tie};
use super::source::Source;

/// The function for `field`, unless it owns all or leaves all to others.
pub(super) fn function(module: &Module, field: &Field) -> Option<TokenStream> {
    let krate = &module.krate;
    let ty = &field.ty;
    let span = ty.span();
    let here = at(krate, span);
    let ties = match &field.role {
        Role::Tied(Tie::Whole { tie, source }) => {
            let wanted = quote_spanned!(span=> <#ty as #here::__private::TiedField>::wanted::<Use>());
            let filled = fill(krate, *tie, source, &wanted);
            let filled = call_at(ty, &quote!(::core::convert::identity), filled);
            quote_spanned!(span=> <#ty as #here::__private::TiedField>::ties::<Use>(#filled))
        }
        Role::Tied(Tie::Holes(holes)) => {
            let open = quote_spanned!(span=> #here::__private::open::<#ty, Use>());
            let fill = holes.iter().map(|Hole { name, source }| {
                let krate = at(krate, name.span());
                let wanted = quote_spanned!(name.span()=> #krate::__private::Hole::<'_, Use>::wanted(hole));
                let filled = fill(&module.krate, name.span(), source, &wanted);
                quote_spanned!(name.span()=> .#name(|hole| #filled))
            });
            quote_spanned!(span=> #open #(#fill)* .finish())
        }
        _ => return None,
    };
    let name = name(field);
    let owners = owners(module, field);
    let owner_names = owners.iter().map(|owner| &owner.name);
    let owner_types = owners.iter().map(|owner| &owner.ty);
    let params = module.generics.params.iter().map(super::expand::without_default);
    let bounds = super::expand::predicates(module);
    Some(quote! {
        #[inline]
        fn #name<'a, #(#params,)* Use: #krate::__private::Role>(
            #(#owner_names: <#owner_types as #krate::__private::Module>::View<'a, Use>,)*
        ) -> <#ty as #krate::__private::Module>::Ties<'a, Use>
        where
            #(#bounds,)*
        {
            #ties
        }
    })
}

/// A source in the hole that it fills.
fn fill(krate: &Path, span: Span, source: &Source, wanted: &TokenStream) -> TokenStream {
    let (krate, source) = (at(krate, span), source.borrow(krate));
    quote_spanned!(span=> #krate::__private::Fills::fill(#source, #wanted))
}

/// A call of that function, where the views of the owners are in scope by their names.
pub(super) fn call(module: &Module, field: &Field, role: &TokenStream) -> TokenStream {
    let name = name(field);
    let owners = owners(module, field).into_iter().map(|owner| &owner.name);
    let arguments = super::expand::arguments(&module.generics);
    quote!(#name::<#(#arguments,)* #role>(#(::core::clone::Clone::clone(&#owners)),*))
}

fn name(field: &Field) -> Ident {
    format_ident!("ties_of_{}", field.name)
}

/// The fields that the ties of `field` start at, each once.
fn owners<'m>(module: &'m Module, field: &Field) -> Vec<&'m Field> {
    let sources = field.sources();
    module
        .fields
        .iter()
        .filter(|owner| sources.iter().any(|(_, source)| source.owner == owner.name))
        .collect()
}
