//! The expansion of an impl block: each method on the view, as written and differentiated, and on the module.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{ImplItem, ItemImpl, Path};

use super::context::Context;
use super::layer::LayerTypes;
use super::method::Method;
use super::own_type::OwnType;
use super::recursion;
use crate::errors::Errors;

pub(super) fn expand(krate: &Path, item: &ItemImpl, errors: &mut Errors) -> TokenStream {
    let mut methods = item.clone();
    let layer = LayerTypes::take(&mut methods, errors);
    let Some(context) = Context::of(krate, item, errors) else {
        return item.to_token_stream();
    };
    let associated = layer.as_ref().map(LayerTypes::names);
    OwnType { module: &item.self_ty, associated: associated.as_ref().map_or(&[], |names| names) }
        .replace(&mut methods);

    let recursive = recursion::report(item, errors);
    let (mut as_written, mut on_view, mut on_module) =
        (TokenStream::new(), TokenStream::new(), TokenStream::new());
    for member in &methods.items {
        let ImplItem::Fn(function) = member else {
            member.to_tokens(&mut on_module);
            continue;
        };
        let Some(method) = Method::read(function, errors) else {
            function.to_tokens(&mut on_view);
            continue;
        };
        let is_recursive = recursive.contains(&method.function.sig.ident.to_string());
        let checked = context.checked(&method);
        let companion =
            if is_recursive { None } else { context.companion(&method, checked.as_ref(), errors) };
        let checked = checked.filter(|_| companion.is_some());
        let companion = companion.unwrap_or_else(|| context.stub(&method));
        let function = &method.function;
        if !method.takes_self() {
            on_module.extend(quote!(#function #companion));
            continue;
        }
        on_module.extend(context.on_module(&method));
        let function = quote!(#[allow(dead_code, unreachable_pub)] #function);
        match checked {
            Some(checked) => {
                let constant = checked.definition();
                as_written.extend(quote!(#function));
                on_view.extend(quote!(#constant #companion));
            }
            None => on_view.extend(quote!(#function #companion)),
        }
    }
    let Context { params, module, view, arguments, .. } = &context;
    let (attributes, bounds) = (&item.attrs, &item.generics.where_clause);
    let layer = layer.map(|layer| layer.expand(&context));
    let as_written = (!as_written.is_empty()).then(|| {
        // The lifetime is anonymous, as in the constants, so that rustc's messages for both are identical.
        quote! {
            #(#attributes)*
            impl #view<'_, #(#arguments),*> {
                #as_written
            }
        }
    });
    quote! {
        #as_written
        #(#attributes)*
        impl<'view, #(#params),*> #view<'view, #(#arguments),*> #bounds {
            #on_view
        }
        #(#attributes)*
        impl<#(#params),*> #module #bounds {
            #on_module
        }
        #layer
    }
}
