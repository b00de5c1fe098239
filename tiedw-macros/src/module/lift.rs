//! The module over dual numbers.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::model::{Field, Module, Role, is_list_of};
use crate::over_duals::OverDuals;
use crate::private::private;

/// Generates the impl of `Lift`, if the element type of the module is a parameter, or it has no weights.
pub(super) fn expand(module: &Module) -> Option<TokenStream> {
    let Module { krate, name, generics, fields, .. } = module;
    if is_the_same(module) {
        return Some(quote! {
            #[automatically_derived]
            impl #krate::Lift for #name {
                type Dual = Self;
                fn lift(&self, _: ::core::option::Option<&Self>) -> Self {
                    #name {}
                }
                fn parts(_: Self) -> (Self, Self) {
                    (#name {}, #name {})
                }
            }
        });
    }
    let (private, over) = (private(), over_duals(module)?);
    let mut lifted = over.predicates()?;
    let types: Vec<_> = generics.type_params().map(|param| &param.ident).collect();
    let is_skipped = |field: &&Field| matches!(field.role, Role::Skipped);
    // A bound of a list of the module would require itself.
    let is_itself = |field: &&Field| is_list_of(&field.written, name);
    for field in
        fields.iter().filter(|field| !is_itself(field) && (!is_skipped(field) || over.is_in(&field.ty)))
    {
        let ty = &field.ty;
        lifted.push(match over.is_in(ty) {
            true => over.bound(ty)?,
            // With the parameters, so that rustc does not require it where the module is never lifted.
            false => quote!(#private::Unlifted<#ty, (#(#types,)*)>: #private::LiftsToItself<#ty>),
        });
    }
    let parts_of = |field: &Field, name: TokenStream, tangent: TokenStream| {
        let (ty, span) = (&field.ty, field.span);
        match over.is_in(ty) {
            true => quote_spanned!(span=> <#ty as #krate::Lift>::lift(#name, #tangent)),
            _ if field.is_refused => quote!(::core::unreachable!()),
            false if matches!(field.role, Role::Skipped) => quote_spanned!(span=> __Clone::clone(#name)),
            false => quote_spanned! {span=>
                <#private::Unlifted<#ty, (#(#types,)*)> as #private::LiftsToItself<#ty>>::lifted(#name)
            },
        }
    };
    let lift = fields.iter().map(|field| {
        let name = &field.name;
        let lifted = parts_of(field, quote!(&self.#name), quote!(tangent.map(|tangent| &tangent.#name)));
        quote!(#name: #lifted)
    });
    let parts = fields.iter().map(|field @ Field { name, ty, .. }| match over.is_in(ty) {
        true => quote!(let #name = <#ty as #krate::Lift>::parts(dual.#name);),
        false => {
            let again = parts_of(field, quote!(&dual.#name), quote!());
            quote!(let #name = (#again, dual.#name);)
        }
    });
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    let lift = quote!(#name { #(#lift),* });
    let parts = quote! {
        #(#parts)*
        (#name { #(#names: #names.0),* }, #name { #(#names: #names.1),* })
    };
    Some(over.implementation(name, &lifted, &lift, &parts))
}

/// Whether there is nothing in the module that could be over other numbers.
pub(super) fn is_the_same(module: &Module) -> bool {
    module.fields.is_empty() && module.generics.params.is_empty()
}

/// The parameters of the module over dual numbers, if its element type is one of them.
pub(super) fn over_duals(module: &Module) -> Option<OverDuals<'_>> {
    OverDuals::of(&module.krate, &module.generics)
}
