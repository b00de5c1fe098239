//! The impl by which a module with sizes can be tied to one with others by `.fixed()`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{GenericParam, Type};

use super::model::{Field, Module, Role};
use super::names::{mentions, renamed};
use super::tuples::hides_elements;
use super::{settings, view};
use crate::differentiable::method::is_number;
use crate::private::{primitive, private};

/// Generates the impl for a struct whose parts may have sizes of the struct in their types.
///
/// A view of the weights dereferences to the module where that has settings, and there is none with the other sizes.
pub(super) fn expand(module: &Module) -> Option<TokenStream> {
    let sizes: Vec<&Ident> =
        module.generics.const_params().filter(is_size).map(|param| &param.ident).collect();
    let is_generic = module.generics.type_params().any(|param| !is_number(&param.ident, &module.generics));
    if sizes.is_empty() || is_generic || settings::field(module).is_some() || hides_elements(module) {
        return None;
    }
    let has_size = |field: &&Field| {
        let ty = field.ty.to_token_stream();
        sizes.iter().any(|size| mentions(ty.clone(), &size.to_string()))
    };
    let is_skipped = |field: &&Field| matches!(field.role, Role::Skipped);
    if module.fields.iter().filter(is_skipped).any(|field| has_size(&field)) {
        return None;
    }
    let sizes_of_source: Vec<_> = (0..sizes.len()).map(|at| format_ident!("__SOURCE{at}")).collect();
    let of_source = |tokens: TokenStream| {
        let names = sizes.iter().zip(&sizes_of_source);
        names.fold(tokens, |tokens, (size, of_source)| {
            renamed(tokens, &size.to_string(), &of_source.to_string())
        })
    };
    let (private, name, view) = (private(), &module.name, module.view_name());
    let (params, arguments) = (module.params(), module.arguments());
    let more = params.iter().filter(|param| matches!(param, GenericParam::Const(param) if is_size(&param)));
    let more = more.map(|param| of_source(param.to_token_stream()));
    let arguments_of_source = of_source(quote!(#(#arguments),*));
    let bounds: Vec<_> = module.predicates_of_itself().iter().map(ToTokens::to_token_stream).collect();
    let bounds_of_source = bounds.iter().map(|bound| of_source(bound.clone()));
    let resized: Vec<_> = module.modules().filter(has_size).collect();
    // A list of the module itself: the bound would require itself.
    let bounded = resized.iter().filter(|field| !mentions(field.ty.to_token_stream(), &name.to_string()));
    let bounded = bounded.map(|Field { ty, .. }| {
        let of_source = of_source(ty.to_token_stream());
        quote!(#ty: #private::ResizedFrom<#of_source>)
    });
    let parts = resized.iter().map(|field| {
        let (string, Field { name, ty, .. }) = (field.string(), field);
        let of_source = of_source(ty.to_token_stream());
        quote!(#string #name: #ty as #of_source)
    });
    let kept = module.fields.iter().filter(|field| is_skipped(field) || !has_size(field));
    let kept = kept.map(|field| &field.name);
    let marker = module.is_without_weights().then(view::marker).into_iter();
    Some(quote! {
        #private::resizes! {
            [#(#params,)* #(#more,)*] [#(#bounds,)* #(#bounds_of_source,)* #(#bounded,)*]
            #name<#(#arguments),*>, #name<#arguments_of_source>, [#(#sizes)*] [#(#sizes_of_source)*]
            #view { #(#parts,)* } { #(#kept)* #(#marker)* }
        }
    })
}

/// Whether a parameter may be the size of a part.
fn is_size(param: &&syn::ConstParam) -> bool {
    matches!(&param.ty, Type::Path(path) if primitive(&path.path).is_some_and(|name| name == "usize"))
}
