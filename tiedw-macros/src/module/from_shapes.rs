//! The impl of `FromShapes`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::model::{Field, Module, Role};
use super::names::mentions;
use super::tuples::hides_elements;
use crate::private::private;

pub(super) fn expand(module: &Module) -> Option<TokenStream> {
    let skipped = |field: &&Field| matches!(field.role, Role::Skipped);
    let mut initializers = module.fields.iter().filter(skipped).filter_map(|field| field.init.as_ref());
    // `init` has a generator, which there is none of here.
    if initializers.any(|init| mentions(init.to_token_stream(), "rng")) {
        return None;
    }
    let Module { name, .. } = module;
    let (private, params, arguments) = (private(), module.params(), module.arguments());
    let bounds = module.predicates_of_itself();
    let of_field = hides_elements(module);
    let of_shapes = if of_field { quote!(FieldFromShapes) } else { quote!(FromShapes) };
    // The `for` is as in the impl of `Init`.
    let parts = module.fields.iter().filter_map(|Field { ty, role, init, .. }| match (role, init) {
        (Role::Skipped, Some(_)) => None,
        (Role::Skipped, None) => Some(quote!(for<'init> #ty: ::core::default::Default)),
        // A list of the module itself: the bound would require itself.
        _ if mentions(ty.to_token_stream(), &name.to_string()) => None,
        _ => Some(quote!(for<'init> #ty: #private::#of_shapes)),
    });
    let fields = module.fields.iter().map(|field| {
        let (Field { name, ty, role, init, .. }, string) = (field, field.string());
        let value = match (role, init) {
            (Role::Skipped, Some(value)) => quote!(#value),
            (Role::Skipped, None) => quote!(::core::default::Default::default()),
            _ if of_field => {
                quote!(<#ty as #private::FieldFromShapes>::field_from_shapes(#string, __shapes, __path))
            }
            _ => quote!(#private::field_from_shapes::<#ty>(#string, __shapes, __path)),
        };
        quote!(#name: #value)
    });
    Some(quote! {
        #[automatically_derived]
        impl<#(#params),*> #private::FromShapes for #name<#(#arguments),*>
        where
            #(#bounds,)*
            #(#parts,)*
        {
            fn from_shapes(__shapes: &mut #private::Shapes, __path: &mut #private::Path) -> Self {
                #name { #(#fields),* }
            }
        }
    })
}
