//! The impl of `Init`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Type};

use super::arguments;
use super::generics::type_arguments;
use super::model::{Field, Module, Role};
use super::span::at;
use super::tuples::hides_elements;
use crate::private::private;

/// The functions of `tiedw::init` that take no argument, which can be written without brackets.
const WITHOUT_ARGUMENTS: [&str; 7] =
    ["zeros", "ones", "xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal", "orthogonal"];

/// The parameters, which have no default.
const PARAMETERS: [&str; 4] = ["Vector", "Matrix", "Filter1d", "Filter2d"];

/// A reference to the initializer, with the functions of `tiedw::init` in scope.
fn initializer(init: &Expr) -> TokenStream {
    let private = private();
    let is_function = |name: &&str| matches!(init, Expr::Path(path) if path.path.is_ident(name));
    let call = WITHOUT_ARGUMENTS.iter().any(is_function).then(|| quote!(()));
    // An error about its type is reported at the expression.
    quote_spanned!(init.span()=> &{
        #[allow(unused_imports)]
        use #private::init::*;
        #init #call
    })
}

/// Whether the module has no `init` because of this field, judged by the name of its type.
fn has_no_start(Field { written, role, init, .. }: &Field) -> bool {
    const LISTS: [&str; 2] = ["Vec", "Option"];
    match (role, init) {
        (Role::Skipped, _) | (_, Some(Expr::Closure(_))) => false,
        (_, Some(_)) => contains(written, &LISTS),
        (_, None) => contains(written, &LISTS) || contains(written, &PARAMETERS),
    }
}

/// Whether a type, or an element of an array or tuple, has one of these names.
fn contains(ty: &Type, names: &[&str]) -> bool {
    match ty {
        Type::Array(array) => contains(&array.elem, names),
        Type::Tuple(tuple) => tuple.elems.iter().any(|ty| contains(ty, names)),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let frozen = last.ident == "Frozen" && type_arguments(last).any(|ty| contains(ty, names));
            frozen || names.iter().any(|name| last.ident == name)
        }),
        _ => false,
    }
}

/// The value of a field with an initializer.
fn start(Field { name, .. }: &Field, init: &Expr) -> TokenStream {
    let (private, initializer, field) = (private(), initializer(init), name.unraw().to_string());
    quote!(#private::start(#field, #initializer, rng))
}

/// Generates an assertion, unless the type says all sizes, that fails at compile time if the type of a field leaves a size to run time.
fn check_sizes(module: &Module, Field { name, ty, written, span, .. }: &Field) -> TokenStream {
    let (name, of) = (name.unraw(), module.name.unraw());
    let last = match written {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    };
    let layer = last.unwrap_or_else(|| "Linear".to_owned());
    let message = format!(
        "`{name}` of `{of}` has a size that is `DYN`, which `init` cannot know: write a function that makes the module from its \
         parts, as `{of} {{ {name}: {layer}::new(..), .. }}`, or `#[module(init = |rng| {layer}::new(..))]` above the field"
    );
    quote_spanned!(*span=> const { <#ty as __Module>::SPEC.assert_says_all_sizes(#message) };)
}

/// For each field without a start, the impl of a trait that rustc reports at the field, and the bound: without them rustc
/// would only say that the module has no `init`.
fn starts(module: &Module) -> (TokenStream, Vec<TokenStream>) {
    let (private, name) = (private(), &module.name);
    let (params, arguments, bounds) = (module.params(), module.arguments(), module.predicates_of_itself());
    let (mut impls, mut predicates) = (TokenStream::new(), Vec::new());
    for (position, field) in module.fields.iter().enumerate().filter(|(_, field)| has_no_start(field)) {
        let Field { ty, span, init, .. } = field;
        let (needed, value) = match init {
            Some(init) => (quote!(__Start), start(field, init)),
            None => (quote!(__Init), quote!(__Init::init_part(rng))),
        };
        impls.extend(quote! {
            #[automatically_derived]
            impl<#(#params),*> #private::StartOfField<#position, #ty> for #name<#(#arguments),*>
            where
                #(#bounds,)*
                for<'init> #ty: #needed,
            {
                fn start<__Rng: #private::Rng + ?::core::marker::Sized>(rng: &mut __Rng) -> #ty {
                    #value
                }
            }
        });
        let bound = at(quote!(#private::StartOfField<#position, #ty>), *span);
        predicates.push(quote!(for<'init> #name<#(#arguments),*>: #bound));
    }
    (impls, predicates)
}

pub(super) fn expand(module: &Module) -> TokenStream {
    let Module { name, .. } = module;
    let (private, params, arguments) = (private(), module.params(), module.arguments());
    let bounds = module.predicates_of_itself();
    let (starts, predicates) = starts(module);
    // The `for` keeps rustc from rejecting the impl itself if the type of a field has no `init`.
    let inits: Vec<_> = module
        .fields
        .iter()
        .filter(|field| !has_no_start(field))
        .filter_map(|Field { ty, role, init, .. }| match (role, init) {
            (Role::Skipped, Some(_)) => None,
            (Role::Skipped, None) => Some(quote!(for<'init> #ty: ::core::default::Default)),
            (_, Some(Expr::Closure(_))) => None,
            (_, Some(_)) => Some(quote!(for<'init> #ty: __Start)),
            (_, None) => Some(quote!(for<'init> #ty: __Init)),
        })
        .collect();
    let checks = module.fields.iter().filter(|Field { role, init, .. }| {
        !matches!((role, init), (Role::Skipped, _) | (_, Some(Expr::Closure(_))))
    });
    let checks = checks.filter(|field| !arguments::says_all_sizes(&field.written));
    // A field without a start has no `init` anyway.
    let is_hidden = hides_elements(module);
    let checks = checks.filter(|field| !is_hidden || !has_no_start(field));
    let checks: Vec<_> = checks.map(|field| check_sizes(module, field)).collect();
    let fields = module.fields.iter().enumerate().map(|(position, field)| {
        let Field { name, ty, span, role, init, .. } = field;
        let value = match (role, init) {
            (Role::Skipped, Some(value)) => quote!(#value),
            (Role::Skipped, None) => quote!(::core::default::Default::default()),
            // With the type of the field, so that an error about another type is reported within the closure.
            (_, Some(init @ Expr::Closure(_))) => quote!(#private::start_by::<#ty, _>(rng, #init)),
            _ if has_no_start(field) => {
                quote!(<Self as #private::StartOfField<#position, #ty>>::start(rng))
            }
            (_, Some(init)) => start(field, init),
            (_, None) => quote_spanned!(Span::call_site().located_at(*span)=> __Init::init_part(rng)),
        };
        quote!(#name: #value)
    });
    let function = |name: TokenStream, body: TokenStream| quote!(fn #name<__Rng: #private::Rng + ?::core::marker::Sized>(rng: &mut __Rng) -> Self { #body });
    let made = quote!(#name { #(#fields),* });
    let init = match checks.is_empty() {
        true => function(quote!(init), made),
        false => {
            let checked = function(quote!(init), quote!(#(#checks)* __Init::init_part(rng)));
            let part = function(quote!(init_part), made);
            quote!(#checked #part)
        }
    };
    let before = function(quote!(before), quote!(__Init::init(rng)));
    quote! {
        #starts
        #[automatically_derived]
        impl<#(#params),*> __Init for #name<#(#arguments),*>
        where
            #(#bounds,)*
            #(#predicates,)*
            #(#inits,)*
        {
            #init
        }
        #[automatically_derived]
        impl<#(#params),*> __Start for #name<#(#arguments),*>
        where
            #(#bounds,)*
            #(#predicates,)*
            #(#inits,)*
        {
            #before
        }
    }
}
