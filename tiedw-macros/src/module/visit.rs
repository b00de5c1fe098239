//! How parameters and buffers are reached: a function for each way, which the impl calls.
//!
//! They stand outside of the impl because there the number type is a parameter (see `implementation.rs`).

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::model::Module;
use crate::private::{private, private_at};

pub(super) fn expand(module: &Module) -> TokenStream {
    let Module { name, .. } = module;
    let private = private();
    let (params, arguments, bounds) = (module.params(), module.arguments(), module.predicates());
    let ty = quote!(#name<#(#arguments),*>);
    let elem = elem(module);
    let names: Vec<_> = module.modules().map(|field| &field.name).collect();
    let strings = module.modules().map(|field| field.string());
    let strings: Vec<_> = strings.collect();
    // A field whose numbers are of another type is reported at that type, once.
    let fields = module.modules().map(|field| {
        let (ty, span) = (&field.ty, field.ty.span());
        let private = private_at(span);
        quote_spanned!(span=> <#ty as #private::HasNumbers<#elem>>)
    });
    let fields: Vec<_> = fields.collect();
    quote! {
        fn visit<'a, #(#params),*>(
            module: &'a #ty,
            path: &mut #private::Path,
            visitor: &mut dyn ::core::ops::FnMut(&#private::Path, #private::Parameter<'a, #elem>),
        )
        where
            #(#bounds,)*
        {
            #(path.field(#strings, |path| #fields::visit_numbers(&module.#names, path, visitor));)*
        }
        fn visit_mut<'a, #(#params),*>(
            module: &'a mut #ty,
            path: &mut #private::Path,
            visitor: &mut dyn ::core::ops::FnMut(&#private::Path, #private::ParameterMut<'a, #elem>),
        )
        where
            #(#bounds,)*
        {
            #(path.field(#strings, |path| #fields::visit_numbers_mut(&mut module.#names, path, visitor));)*
        }
        fn visit_buffers<'a, #(#params),*>(
            module: &'a #ty,
            path: &mut #private::Path,
            visitor: &mut dyn ::core::ops::FnMut(&#private::Path, #private::Parameter<'a, #elem>),
        )
        where
            #(#bounds,)*
        {
            #(path.field(#strings, |path| #fields::visit_buffer_numbers(&module.#names, path, visitor));)*
        }
        fn visit_buffers_mut<'a, #(#params),*>(
            module: &'a mut #ty,
            path: &mut #private::Path,
            visitor: &mut dyn ::core::ops::FnMut(&#private::Path, #private::ParameterMut<'a, #elem>),
        )
        where
            #(#bounds,)*
        {
            #(path.field(#strings, |path| #fields::visit_buffer_numbers_mut(&mut module.#names, path, visitor));)*
        }
        #[inline]
        fn update<#(#params,)* Rule, const STATES: usize>(
            module: &mut #ty,
            gradient: &#ty,
            mut state: [&mut #ty; STATES],
            rule: &mut Rule,
        )
        where
            Rule: ::core::ops::FnMut(&mut [#elem], &[#elem], [&mut [#elem]; STATES]),
            #(#bounds,)*
        {
            #(#fields::update_numbers(
                &mut module.#names,
                &gradient.#names,
                state.each_mut().map(|state| &mut state.#names),
                rule,
            );)*
        }
    }
}

/// The number type of the parameters.
pub(super) fn elem(module: &Module) -> TokenStream {
    match module.elem_module() {
        Some(ty) => {
            let span = ty.span();
            let private = private_at(span);
            quote_spanned!(span=> <#ty as #private::Module>::Elem)
        }
        None => quote!(f32),
    }
}
