//! How parameters and buffers are reached: a function for each way, which the impl calls.
//!
//! They stand outside of the impl because there the number type is a parameter (see `implementation.rs`).

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::model::Module;
use crate::private::private;

pub(super) fn expand(module: &Module) -> TokenStream {
    let Module { name, .. } = module;
    let private = private();
    let (params, arguments, bounds) = (module.params(), module.arguments(), module.predicates());
    let ty = quote!(#name<#(#arguments),*>);
    let elem = elem(module);
    // By a short name, where one can stand for it.
    let named = module.generics.params.is_empty().then(|| Ident::new("__Elem", Span::call_site()));
    let (named, elem) = match named {
        Some(named) => (Some(quote!(type #named = #elem;)), named.into_token_stream()),
        None => (None, elem),
    };
    let names: Vec<_> = module.modules().map(|field| &field.name).collect();
    let strings = module.modules().map(|field| field.string());
    let strings: Vec<_> = strings.collect();
    // A field whose numbers are of another type is reported at that type, once.
    let fields = module.modules().map(|field| {
        let (ty, span) = (&field.ty, field.ty.span());
        quote_spanned!(span=> <#ty as __HasNumbers<#elem>>)
    });
    let fields: Vec<_> = fields.collect();
    quote! {
        #named
        fn visit<'a, #(#params),*>(
            module: &'a #ty,
            which: #private::Numbers,
            path: &mut __Path,
            visitor: __Visitor<'_, 'a, #elem>,
        )
        where
            #(#bounds,)*
        {
            #(path.field(#strings, |path| #fields::visit_numbers(&module.#names, which, path, visitor));)*
        }
        fn visit_mut<'a, #(#params),*>(
            module: &'a mut #ty,
            which: #private::Numbers,
            path: &mut __Path,
            visitor: __VisitorMut<'_, 'a, #elem>,
        )
        where
            #(#bounds,)*
        {
            #(path.field(#strings, |path| #fields::visit_numbers_mut(&mut module.#names, which, path, visitor));)*
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
            quote_spanned!(span=> <#ty as __Module>::Elem)
        }
        None => quote!(f32),
    }
}
