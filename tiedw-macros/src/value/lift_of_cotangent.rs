//! The cotangent of a type of values over dual numbers.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{DeriveInput, Path};

use super::{Place, mentions};
use crate::over_duals::OverDuals;

/// Generates the impl of `Lift` for the struct `cotangent`, if an element type is a parameter of the type. `rest` initializes what is no
/// cotangent in it.
pub(super) fn expand(
    input: &DeriveInput,
    krate: &Path,
    cotangent: &Ident,
    places: &[Place],
    rest: Option<&TokenStream>,
) -> Option<TokenStream> {
    let over = OverDuals::of(krate, &input.generics)?;
    let mut bounds = over.predicates()?;
    bounds.extend(input.generics.type_params().map(|param| {
        let param = &param.ident;
        quote!(#param: #krate::Value)
    }));
    let (mut lift, mut parts, mut members) = (Vec::new(), Vec::new(), Vec::new());
    for Place { member, ty, constant, .. } in places {
        members.push(member);
        if *constant {
            lift.push(quote!(::core::option::Option::None));
            parts.push(quote!((::core::option::Option::None, ::core::option::Option::None)));
            continue;
        }
        if !mentions(ty.to_token_stream(), &input.ident) {
            bounds.extend(over.bounds_of_cotangent(ty)?);
        }
        lift.push(quote!(#krate::Lift::lift(&self.#member, tangent.map(|tangent| &tangent.#member))));
        parts.push(quote!(<::core::option::Option<<#ty as #krate::Value>::Cotangent> as #krate::Lift>::parts(dual.#member)));
    }
    let name = |at| format_ident!("__part{at}", span = Span::mixed_site());
    let names: Vec<_> = (0..members.len()).map(name).collect();
    Some(over.implementation(
        cotangent,
        &bounds,
        &quote!(#cotangent { #(#members: #lift,)* #rest }),
        &quote! {
            #(let #names = #parts;)*
            (#cotangent { #(#members: #names.0,)* #rest }, #cotangent { #(#members: #names.1,)* #rest })
        },
    ))
}
