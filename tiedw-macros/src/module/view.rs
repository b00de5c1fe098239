//! The view: a struct of borrows, a field a field.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse_quote;
use syn::spanned::Spanned;

use super::model::{Field, Module, Role, is_number};
use super::span::at;

pub(super) fn expand(module: &Module) -> TokenStream {
    let Module { vis, name, .. } = module;
    let (private, view) = (module.private(), module.view_name());
    let declared = module.generics.params.iter();
    let (params, arguments) = (module.params(), module.arguments());
    let mut bounds = module.own_predicates();
    for part in module.generic_parts() {
        bounds.push(parse_quote!(#part: #private::Module));
    }
    let full_bounds = module.predicates();
    let fields = module.fields.iter().map(|field| {
        let Field { vis, name, ty, .. } = field;
        let doc = format!("The view of `{name}`.");
        let ty = match field.role {
            Role::Skipped if is_number(ty) => quote!(#ty),
            Role::Skipped => quote!(&'a #ty),
            _ => {
                let private = at(&private, ty.span());
                quote_spanned!(ty.span()=> <#ty as #private::Module>::View<'a, Use>)
            }
        };
        quote!(#[doc = #doc] #vis #name: #ty)
    });
    let names: Vec<_> = module.fields.iter().map(|field| &field.name).collect();
    let types = module.modules().map(|field| &field.ty);
    let doc = format!("The view of [`{name}`]: itself with its ties in place.");
    quote! {
        #[doc = #doc]
        #[allow(dead_code, private_bounds, private_interfaces)]
        #vis struct #view<'a, #(#declared,)* Use: #private::Role = #private::Weight>
        where
            #(#bounds,)*
        {
            #(#fields,)*
        }

        #[automatically_derived]
        #[allow(clippy::all)]
        impl<'a, #(#params,)* Use: #private::Role> ::core::clone::Clone for #view<'a, #(#arguments,)* Use>
        where
            #(#bounds,)*
        {
            #[inline]
            fn clone(&self) -> Self {
                #view { #(#names: ::core::clone::Clone::clone(&self.#names),)* }
            }
        }

        #[automatically_derived]
        impl<'a, #(#params,)* Use: #private::Role> ::core::marker::Copy for #view<'a, #(#arguments,)* Use>
        where
            #(#bounds,)*
            #(<#types as #private::Module>::View<'a, Use>: ::core::marker::Copy,)*
        {
        }

        #[automatically_derived]
        impl<'a, #(#params,)* Use: #private::Role> #private::ViewOf<'a, Use> for #view<'a, #(#arguments,)* Use>
        where
            #(#full_bounds,)*
        {
            type Module = #name<#(#arguments),*>;
        }
    }
}
