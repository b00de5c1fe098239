//! Visits of parameters and buffers: one function per kind of visit, which the impl calls.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::model::Module;
use crate::private::private;

pub(super) fn expand(module: &Module) -> TokenStream {
    let Module { name, .. } = module;
    let (private, elem) = (private(), elem(module));
    let (params, arguments, bounds) = (module.params(), module.arguments(), module.predicates());
    let fields = fields(module);
    quote! {
        #private::visits! {
            [#(#params,)*] [#(#bounds,)*]
            #name<#(#arguments),*>, #elem { #fields }
        }
    }
}

/// The fields, as the macros take them.
pub(super) fn fields(module: &Module) -> TokenStream {
    let names = module.modules().map(|field| &field.name);
    let strings = module.modules().map(|field| field.string());
    let types = module.modules().map(|field| &field.ty);
    quote!(#(#strings #names: #types,)*)
}

/// The element type of the parameters.
pub(super) fn elem(module: &Module) -> TokenStream {
    if !module.hides_elem() {
        return elem_of_fields(module);
    }
    let (name, arguments) = (&module.name, module.arguments());
    quote!(<#name<#(#arguments),*> as __ElemOfFields>::Elem)
}

/// The element type of the parameters, by the types of the fields.
pub(super) fn elem_of_fields(module: &Module) -> TokenStream {
    match module.elem_module() {
        Some(ty) => {
            let span = ty.span();
            quote_spanned!(span=> <#ty as __Module>::Elem)
        }
        // Nothing has an element: the type that fits beside others.
        None => module.number().map_or_else(|| quote!(::core::primitive::f32), ToTokens::to_token_stream),
    }
}
