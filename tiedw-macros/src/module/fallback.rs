//! What stands in for the code of a type that is no struct of named fields, so that the mistake makes one error:
//! the same items with the right types, which never run.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Path};

use super::generics::{arguments, view_name, without_default};

pub(super) fn expand(input: &DeriveInput, krate: &Path) -> TokenStream {
    if input.generics.lifetimes().next().is_some() {
        return TokenStream::new();
    }
    let private = quote!(#krate::__private);
    let DeriveInput { vis, ident: name, generics, .. } = input;
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Unnamed(fields) => fields.unnamed.iter().collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    let (visible, types): (Vec<_>, Vec<_>) = fields.iter().map(|field| (&field.vis, &field.ty)).unzip();
    let view = view_name(name);
    let declared = generics.params.iter();
    let params: Vec<_> = generics.params.iter().map(without_default).collect();
    let arguments = arguments(generics);
    let own = generics.where_clause.iter().flat_map(|bounds| &bounds.predicates);
    let own: Vec<_> = own.collect();
    let bounds = quote!(#(#own,)* #(for<'field> #types: #private::Module,)*);
    let elem = types.first().map_or(quote!(f32), |ty| quote!(<#ty as #private::Module>::Elem));
    quote! {
        #[doc(hidden)]
        #[allow(dead_code)]
        #vis struct #view<'a, #(#declared,)* Use: #private::Role = #private::Weight>(
            #(#visible <#types as #private::Module>::View<'a, Use>,)*
            ::core::marker::PhantomData<(&'a (), Use, #name<#(#arguments),*>)>,
        )
        where
            #bounds;

        #[allow(unused_variables, clippy::all)]
        const _: () = {
            impl<'a, #(#params,)* Use: #private::Role> ::core::clone::Clone for #view<'a, #(#arguments,)* Use>
            where
                #bounds
            {
                fn clone(&self) -> Self {
                    ::core::unreachable!()
                }
            }

            impl<'a, #(#params,)* Use: #private::Role> #private::ViewOf<'a, Use>
                for #view<'a, #(#arguments,)* Use>
            where
                #bounds
            {
                type Module = #name<#(#arguments),*>;
            }

            impl<#(#params),*> #private::Module for #name<#(#arguments),*>
            where
                #bounds
            {
                type Elem = #elem;
                type Ties<'a, Use: #private::Role> = ();
                type View<'a, Use: #private::Role> = #view<'a, #(#arguments,)* Use>;
                const SPEC: #private::Spec =
                    #private::Spec::Module { name: "", fields: &[], ties: &[] };

                fn bind<'a>(&'a self, ties: ()) -> Self::View<'a, #private::Weight> {
                    ::core::unreachable!()
                }
                fn bind_mut<'a>(&'a mut self, ties: ()) -> Self::View<'a, #private::Gradient> {
                    ::core::unreachable!()
                }
                fn zeros_like(&self) -> Self {
                    ::core::unreachable!()
                }
                fn visit<'a>(
                    &'a self,
                    path: &mut #private::Path,
                    visitor: &mut dyn ::core::ops::FnMut(
                        &#private::Path,
                        #private::Parameter<'a, Self::Elem>,
                    ),
                ) {
                }
                fn visit_mut<'a>(
                    &'a mut self,
                    path: &mut #private::Path,
                    visitor: &mut dyn ::core::ops::FnMut(
                        &#private::Path,
                        #private::ParameterMut<'a, Self::Elem>,
                    ),
                ) {
                }
                fn update<const STATES: usize>(
                    &mut self,
                    gradient: &Self,
                    state: [&mut Self; STATES],
                    rule: &mut impl ::core::ops::FnMut(
                        &mut [Self::Elem],
                        &[Self::Elem],
                        [&mut [Self::Elem]; STATES],
                    ),
                ) {
                }
            }

            impl<#(#params),*> #private::Closed for #name<#(#arguments),*>
            where
                #bounds
            {
                fn no_ties<'a, Use: #private::Role>() -> <Self as #private::Module>::Ties<'a, Use> {}
            }

            impl<#(#params),*> #private::Init for #name<#(#arguments),*>
            where
                #bounds
            {
                fn init<Rng: #private::Rng + ?::core::marker::Sized>(rng: &mut Rng) -> Self {
                    ::core::unreachable!()
                }
            }
        };
    }
}
