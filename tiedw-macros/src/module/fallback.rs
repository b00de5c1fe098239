//! The stub impls of a struct that is not a valid module. They have the right types and are never called, so
//! that uses of the module elsewhere cause no further errors.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Field, Fields, GenericParam, Path, WherePredicate};

use super::attr;
use super::generics::{arguments, mentions_type_parameter, view_name, without_default};
use super::model::{is_by_value, is_list_of};
use super::names::mentions;
use crate::errors::Errors;

pub(super) fn expand(input: &DeriveInput, krate: &Path) -> TokenStream {
    let DeriveInput { vis, ident: name, generics, .. } = input;
    let view = view_name(name);
    let params: Vec<_> = generics
        .params
        .iter()
        .filter(|param| !matches!(param, GenericParam::Lifetime(_)))
        .map(without_default)
        .collect();
    let arguments = arguments(generics);
    let statics = generics.lifetimes().map(|_| quote!('static));
    let module = quote!(#name<#(#statics,)* #(#arguments),*>);
    let bounds: Vec<&WherePredicate> =
        generics.where_clause.iter().flat_map(|bounds| &bounds.predicates).filter(is_static).collect();
    let types = generics.type_params().map(|param| &param.ident);
    let marker = quote!(::core::marker::PhantomData<fn() -> (&'a (), Use, #(#types),*)>);
    let fields = fields(krate, input, &marker);
    let stub = quote!(::core::unreachable!("the module does not compile"));
    quote! {
        #[doc(hidden)]
        #[allow(dead_code)]
        #vis struct #view<'a, #(#params,)* Use: #krate::__private::Role = #krate::__private::Weight> #fields

        #[allow(trivial_bounds, clippy::all)]
        const _: () = {
            impl<'a, #(#params,)* Use: #krate::__private::Role> ::core::clone::Clone
                for #view<'a, #(#arguments,)* Use>
            {
                fn clone(&self) -> Self {
                    #stub
                }
            }
            impl<'a, #(#params,)* Use: #krate::__private::Role> #krate::__private::ViewOf<'a, Use>
                for #view<'a, #(#arguments,)* Use>
            where
                #(#bounds,)*
            {
                type Module = #module;

                fn freeze(self) -> Self {
                    #stub
                }
            }
            impl<#(#params),*> #krate::__private::Module for #module
            where
                #(#bounds,)*
            {
                type Elem = ::core::primitive::f32;
                type Ties<'a, Use: #krate::__private::Role> = ();
                type View<'a, Use: #krate::__private::Role> = #view<'a, #(#arguments,)* Use>;
                const SPEC: #krate::__private::Spec = #krate::__private::Spec::Absent;

                fn bind(&self, _: ()) -> #view<'_, #(#arguments,)* #krate::__private::Weight> {
                    #stub
                }
                fn bind_mut(&mut self, _: ()) -> #view<'_, #(#arguments,)* #krate::__private::Gradient> {
                    #stub
                }
                fn gradient_like(&self, _: #krate::__private::Fill) -> Self {
                    #stub
                }
                fn finish(&mut self) {}
                fn visit<'a>(
                    &'a self,
                    _: #krate::__private::Kind,
                    _: &mut #krate::__private::Path,
                    _: #krate::__private::Visitor<'_, 'a, ::core::primitive::f32>,
                ) {
                }
                fn visit_mut<'a>(
                    &'a mut self,
                    _: #krate::__private::Kind,
                    _: &mut #krate::__private::Path,
                    _: #krate::__private::VisitorMut<'_, 'a, ::core::primitive::f32>,
                ) {
                }
                fn update<const __STATES: ::core::primitive::usize>(
                    &mut self,
                    _: &Self,
                    _: [&mut Self; __STATES],
                    _: &mut impl ::core::ops::FnMut(
                        &mut [::core::primitive::f32],
                        &[::core::primitive::f32],
                        [#krate::__private::StateMut<'_, ::core::primitive::f32>; __STATES],
                    ),
                ) {
                }
            }
            impl<#(#params),*> #krate::__private::Closed for #module
            where
                #(#bounds,)*
            {
                fn no_ties<'a, Use: #krate::__private::Role>() -> <Self as #krate::__private::Module>::Ties<'a, Use> {
                }
            }
            impl<#(#params),*> #krate::__private::FromShapes for #module
            where
                #(#bounds,)*
            {
                fn from_shapes(_: &mut #krate::__private::Shapes, _: &mut #krate::__private::Path) -> Self {
                    #stub
                }
            }
            impl<#(#params),*> #krate::__private::Init for #module
            where
                #(#bounds,)*
            {
                fn init<__Rng: #krate::__private::Rng + ?::core::marker::Sized>(_: &mut __Rng) -> Self {
                    #stub
                }
            }
        };
    }
}

/// Generates the fields of the view: those of the struct, each with type `()` if its view type is not valid there.
fn fields(krate: &Path, input: &DeriveInput, marker: &TokenStream) -> TokenStream {
    let of = |field: &Field| {
        let ty = &field.ty;
        if is_by_value(ty) {
            return quote!(#ty);
        }
        if !has_view(field, input) {
            return quote!(());
        }
        quote!(<#ty as #krate::__private::Module>::View<'a, Use>)
    };
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => {
                let fields = fields.named.iter().map(|field| {
                    let (Field { vis, ident, .. }, view) = (field, of(field));
                    quote!(#vis #ident: #view)
                });
                quote!({ #(#fields,)* __marker: #marker })
            }
            Fields::Unnamed(fields) => {
                let fields = fields.unnamed.iter().map(|field| {
                    let (vis, view) = (&field.vis, of(field));
                    quote!(#vis #view)
                });
                quote!((#(#fields,)* #marker);)
            }
            Fields::Unit => quote!((#marker);),
        },
        _ => quote!((#marker);),
    }
}

/// Whether the view has all fields with their types.
pub(super) fn has_all_fields(input: &DeriveInput) -> bool {
    match &input.data {
        Data::Struct(data) => {
            data.fields.iter().all(|field| is_by_value(&field.ty) || has_view(field, input))
        }
        _ => true,
    }
}

/// Whether the view type of a field is valid in the view.
fn has_view(field: &Field, input: &DeriveInput) -> bool {
    let ty = &field.ty;
    let skipped = attr::field(&field.attrs, &mut Errors::default()).skip;
    let holds_itself =
        mentions(ty.to_token_stream(), &input.ident.to_string()) && !is_list_of(ty, &input.ident);
    !skipped && !holds_itself && !mentions_type_parameter(ty, &input.generics) && is_static(ty)
}

/// Whether the syntax mentions no lifetime.
fn is_static(syntax: &impl ToTokens) -> bool {
    fn names_none(tokens: TokenStream) -> bool {
        tokens.into_iter().all(|tree| match tree {
            TokenTree::Punct(punct) => punct.as_char() != '\'',
            TokenTree::Group(group) => names_none(group.stream()),
            _ => true,
        })
    }
    names_none(syntax.to_token_stream())
}
