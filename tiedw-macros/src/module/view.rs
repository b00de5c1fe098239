//! The view: a struct of borrows, a field a field.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Type, parse_quote};

use super::model::{Field, Module, Role};
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
            Role::Skipped if field.is_number() => quote!(#ty),
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

impl Field {
    /// Whether a skipped field is a number or a flag, which a view holds by value.
    pub(super) fn is_number(&self) -> bool {
        const NUMBERS: [&str; 16] = [
            "bool", "char", "f32", "f64", "usize", "isize", "u8", "u16", "u32", "u64", "u128", "i8", "i16",
            "i32", "i64", "i128",
        ];
        matches!(&self.ty, Type::Path(path) if NUMBERS.iter().any(|name| path.path.is_ident(name)))
    }
}
