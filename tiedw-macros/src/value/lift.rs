//! A type of values over dual numbers.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Data, DeriveInput, Field, Fields, Index, Member, Path, Type};

use crate::over_duals::OverDuals;

/// Generates the impl of `Lift`, if an element type is a parameter of the type.
pub(super) fn expand(input: &DeriveInput, krate: &Path) -> Option<TokenStream> {
    let over = OverDuals::of(krate, &input.generics)?;
    let (name, private) = (&input.ident, quote!(#krate::__private));
    let types: Vec<_> = input.generics.type_params().map(|param| &param.ident).collect();
    let beside = quote!((#(#types,)*));
    let variants: Vec<(TokenStream, &Fields)> = match &input.data {
        Data::Struct(whole) => vec![(quote!(#name), &whole.fields)],
        Data::Enum(whole) => {
            let of_variant = |variant: &syn::Variant| {
                let variant = &variant.ident;
                quote!(#name::#variant)
            };
            whole.variants.iter().map(|variant| (of_variant(variant), &variant.fields)).collect()
        }
        Data::Union(_) => return None,
    };
    if variants.is_empty() {
        return None;
    }
    let mut bounds = over.predicates()?;
    let (mut lift, mut parts) = (TokenStream::new(), TokenStream::new());
    for (variant, fields) in &variants {
        let count = fields.iter().count();
        let [own, tangents] = ["field", "tangent"].map(|what| -> Vec<Ident> {
            (0..count).map(|at| format_ident!("__{what}{at}", span = Span::mixed_site())).collect()
        });
        let members: Vec<Member> = fields.iter().enumerate().map(member).collect();
        let (mut lifted, mut parted) = (Vec::new(), Vec::new());
        for ((field, own), tangent) in fields.iter().zip(&own).zip(&tangents) {
            let (ty, is_constant) = (&field.ty, is_constant(field));
            let (bound, lift, parts) = match over.is_in(ty) {
                true => {
                    let tangent =
                        if is_constant { quote!(::core::option::Option::None) } else { quote!(#tangent) };
                    (
                        if is_itself(ty, name) { None } else { Some(over.bound(ty)?) },
                        quote!(<#ty as #krate::Lift>::lift(#own, #tangent)),
                        quote!(<#ty as #krate::Lift>::parts(#own)),
                    )
                }
                false => {
                    let kept = if is_constant { quote!(Kept) } else { quote!(LiftsToItself) };
                    let unlifted = quote!(#private::Unlifted<#ty, #beside>);
                    (
                        Some(quote!(#unlifted: #private::#kept<#ty>)),
                        quote!(<#unlifted as #private::#kept<#ty>>::lifted(#own)),
                        quote!((<#unlifted as #private::#kept<#ty>>::lifted(&#own), #own)),
                    )
                }
            };
            bounds.extend(bound);
            lifted.push(lift);
            parted.push(parts);
        }
        let other = (variants.len() > 1).then(|| {
            quote!(::core::option::Option::Some(_) => ::core::panic!("a tangent of another variant than its value"),)
        });
        let none = std::iter::repeat_n(quote!(::core::option::Option::None), count);
        lift.extend(quote! {
            #variant { #(#members: #own),* } => {
                let (#(#tangents,)*) = match tangent {
                    ::core::option::Option::None => (#(#none,)*),
                    ::core::option::Option::Some(#variant { #(#members: #tangents),* }) => {
                        (#(::core::option::Option::Some(#tangents),)*)
                    }
                    #other
                };
                #variant { #(#members: #lifted),* }
            }
        });
        parts.extend(quote! {
            #variant { #(#members: #own),* } => {
                #(let #own = #parted;)*
                (#variant { #(#members: #own.0),* }, #variant { #(#members: #own.1),* })
            }
        });
    }
    Some(over.implementation(name, &bounds, &quote!(match self { #lift }), &quote!(match dual { #parts })))
}

fn member((position, field): (usize, &Field)) -> Member {
    match &field.ident {
        Some(name) => Member::Named(name.clone()),
        None => Member::Unnamed(Index { index: position as u32, span: Span::call_site() }),
    }
}

fn is_constant(field: &Field) -> bool {
    field.attrs.iter().any(|attribute| attribute.path().is_ident("constant"))
}

/// Whether a bound of the type would be one of the type that holds it.
fn is_itself(ty: &Type, name: &Ident) -> bool {
    super::mentions(ty.to_token_stream(), name)
}
