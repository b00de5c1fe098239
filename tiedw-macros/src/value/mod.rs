//! `#[derive(Value)]`: a struct or an enum of values, and the type of its cotangent, which has a place for each field.

pub(crate) mod lifetimes;
mod lift;
mod lift_of_cotangent;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, GenericParam, Index, Member, Path, Type, parse_quote};

use crate::differentiable::field::name_hash;
use crate::differentiable::method::layer;
use crate::differentiable::named_types::NamedTypes;
use crate::differentiable::{forgotten_bounds, forgotten_elements, known_fields, other_elements, unmarked};
use crate::errors::{self, Errors};
use crate::known;

/// A field, in the cotangent.
struct Place {
    /// The field of the cotangent.
    member: Member,
    /// Its type, without lifetimes.
    ty: Type,
    /// Its type, as written by the user.
    written: Type,
    /// The names by which a body refers to it.
    names: Vec<String>,
    /// Whether it carries no gradient.
    constant: bool,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    if known::is_derived_twice(input, "Value") {
        return errors::derived_twice(&input.ident, "Value");
    }
    // rustc reports a second type of the name.
    if known::is_second_type(input, "Value") {
        return TokenStream::new();
    }
    let mut errors = Errors::default();
    let krate = crate_path(input, &mut errors);
    let mut input = input.clone();
    lifetimes::declare(&mut input);
    other_elements::of_type(&mut input);
    forgotten_elements::of_type(&mut input, &krate);
    let input = &input;
    forgotten_bounds::note(input, None, &[]);
    known_fields::note(input);
    known_fields::note_constant(input);
    unmarked::note(input.ident.span());
    let places = places(input, &mut errors);
    let of_layer = places.iter().find(|place| !place.constant && layer(&place.ty).is_some());
    let code = match of_layer {
        Some(Place { ty, .. }) => {
            let name = &input.ident;
            errors
                .at(ty, format_args!("a layer holds weights, so `{name}` is a module: `#[derive(Module)]`"));
            crate::module::derive_reported(input)
        }
        None => expand(input, &krate, &places),
    };
    let errors = errors.into_tokens();
    quote!(#errors #code)
}

/// The path of `#[value(crate = path)]`, or `::tiedw`.
fn crate_path(input: &DeriveInput, errors: &mut Errors) -> Path {
    let mut path = None;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("value")) {
        errors.ok(attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                path = Some(meta.value()?.parse()?);
                return Ok(());
            }
            Err(meta.error("unknown option of `value`; it has one: `crate = path`"))
        }));
    }
    path.unwrap_or_else(|| parse_quote!(::tiedw))
}

fn places(input: &DeriveInput, errors: &mut Errors) -> Vec<Place> {
    let mut places = Vec::new();
    let own = Own::of(input);
    match &input.data {
        Data::Struct(whole) => of_fields(&own, &input.ident, &whole.fields, true, &mut places),
        Data::Enum(whole) => {
            for variant in &whole.variants {
                of_fields(&own, &variant.ident, &variant.fields, false, &mut places);
            }
        }
        Data::Union(whole) => {
            errors.at(whole.union_token, "a union cannot be a value: which field it holds is not known");
        }
    }
    places
}

fn of_fields(own: &Own, owner: &Ident, fields: &Fields, is_struct: bool, places: &mut Vec<Place>) {
    let owner = owner.unraw();
    for (position, field) in fields.iter().enumerate() {
        let name = field.ident.as_ref().map_or_else(|| position.to_string(), |name| name.unraw().to_string());
        let mut names = vec![format!("{owner}.{name}")];
        let member = match (&field.ident, is_struct) {
            (Some(member), true) => {
                names.push(name);
                Member::Named(member.clone())
            }
            (None, true) => Member::Unnamed(Index { index: position as u32, span: field.span() }),
            (_, false) => Member::Named(format_ident!("place{}", places.len(), span = Span::call_site())),
        };
        let constant = field.attrs.iter().any(|attribute| attribute.path().is_ident("constant"));
        let written = own.replaced(&field.ty);
        places.push(Place { member, ty: lifetimes::erased(&written), written, names, constant });
    }
}

fn expand(input: &DeriveInput, krate: &Path, places: &[Place]) -> TokenStream {
    let DeriveInput { ident: name, vis, generics, data, .. } = input;
    let private = quote!(#krate::__private);
    let cotangent = format_ident!("{}Cotangent", name.unraw(), span = name.span());
    let own_bounds = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let values = generics.type_params().map(|param| {
        let name = &param.ident;
        quote!(#name: #krate::Value)
    });
    let own_bounds: Vec<_> = own_bounds.map(ToTokens::to_token_stream).chain(values).collect();
    let own_params: Vec<GenericParam> = generics.params.iter().map(without_default).collect();
    let own_arguments: Vec<TokenStream> = generics.params.iter().map(argument).collect();
    // The cotangent takes no lifetime: it outlives the value.
    let generics = &lifetimes::without(generics);
    let bounds: Vec<_> = own_bounds.iter().filter(|bound| !lifetimes::names_one(bound)).collect();
    let params: Vec<GenericParam> = generics.params.iter().map(without_default).collect();
    let arguments: Vec<TokenStream> = generics.params.iter().map(argument).collect();
    let read = places.iter().filter(|place| !place.constant).map(|place| &place.ty);
    let named = NamedTypes::of_fields(read, name, generics, krate);
    let types: Vec<TokenStream> = places
        .iter()
        .map(|Place { ty, constant, .. }| {
            if *constant {
                return quote!(#private::Unread);
            }
            let checked = named.as_ref().map(|named| named.checked_field(ty, krate));
            let checked = checked.unwrap_or_else(|| ty.to_token_stream());
            quote_spanned!(ty.span()=> <#checked as #krate::Value>::Cotangent)
        })
        .collect();
    let named = named.iter().map(NamedTypes::definition);
    let members: Vec<_> = places.iter().map(|place| &place.member).collect();
    let marker = (!generics.params.is_empty()).then(|| marker(&generics.params));
    let is_tuple = matches!(data, Data::Struct(whole) if matches!(whole.fields, Fields::Unnamed(_)));
    let doc = format!("The cotangent of [`{name}`]: `None` where there is none.");
    let allow = quote!(#[allow(non_snake_case, dead_code, missing_docs, clippy::all)]);
    let (body, start) = if is_tuple {
        (quote!((#(pub ::core::option::Option<#types>,)* #marker)), None)
    } else {
        let marker = marker.as_ref().map(|marker| quote!(#[doc(hidden)] __generics: #marker));
        (quote!({ #(pub #members: ::core::option::Option<#types>,)* #marker }), Some(()))
    };
    let clause = quote!(where #(#bounds,)*);
    let own_clause = quote!(where #(#own_bounds,)*);
    let definition = match start {
        Some(()) => quote!(#vis struct #cotangent<#(#params),*> #clause #body),
        None => quote!(#vis struct #cotangent<#(#params),*> #body #clause;),
    };
    let rest = marker.is_some().then(|| match is_tuple {
        true => {
            let last = Index::from(places.len());
            quote!(#last: ::core::marker::PhantomData,)
        }
        false => quote!(__generics: ::core::marker::PhantomData,),
    });
    let field_places = places.iter().zip(&types).flat_map(|(place, ty)| {
        let (member, span) = (&place.member, place.ty.span());
        let (private, params, arguments, cotangent, clause) =
            (&private, &params, &arguments, &cotangent, &clause);
        place.names.iter().map(move |name| {
            let hash = name_hash(name);
            quote_spanned! {span=>
                #[automatically_derived]
                impl<#(#params),*> #private::FieldPlace<#hash> for #cotangent<#(#arguments),*> #clause {
                    type Cotangent = #ty;
                    #[inline]
                    fn with<__R>(
                        &mut self,
                        f: impl ::core::ops::FnOnce(&mut ::core::option::Option<Self::Cotangent>) -> __R,
                    ) -> __R {
                        f(&mut self.#member)
                    }
                }
            }
        })
    });
    // A bound on the type itself would be without end.
    let is_recursive = |ty: &Type| mentions(ty.to_token_stream(), name);
    let active = places.iter().zip(&types).filter(|(place, _)| !place.constant);
    let bounded: Vec<_> =
        active.clone().filter(|(place, _)| !is_recursive(&place.ty)).map(|(_, ty)| ty).collect();
    let summed: Vec<_> = active.map(|(place, _)| &place.member).collect();
    let discrete = places.iter().filter(|place| !place.constant && !is_recursive(&place.ty));
    let discrete = discrete.map(|Place { written, .. }| quote!(for<'discrete> #written: #krate::Discrete));
    let [detach, has_tangents, fingerprint] = over_fields(input, &private);
    let lift = lift::expand(input, krate);
    let lift_of_cotangent = lift_of_cotangent::expand(input, krate, &cotangent, places, rest.as_ref());
    let shown = members.iter().map(|member| match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    });
    quote! {
        #(#named)*

        #[doc = #doc]
        #allow
        #definition

        #[automatically_derived]
        impl<#(#params),*> ::core::default::Default for #cotangent<#(#arguments),*> #clause {
            #[inline]
            fn default() -> Self {
                #cotangent { #(#members: ::core::option::Option::None,)* #rest }
            }
        }

        #[automatically_derived]
        impl<#(#params),*> ::core::clone::Clone for #cotangent<#(#arguments),*>
        where
            #(#bounds,)*
            #(for<'clone> #bounded: ::core::clone::Clone,)*
        {
            fn clone(&self) -> Self {
                #cotangent { #(#members: ::core::clone::Clone::clone(&self.#members),)* #rest }
            }
        }

        #[automatically_derived]
        impl<#(#params),*> ::core::fmt::Debug for #cotangent<#(#arguments),*>
        where
            #(#bounds,)*
            #(for<'debug> #bounded: ::core::fmt::Debug,)*
        {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(::core::stringify!(#cotangent))
                    #(.field(#shown, &self.#members))*
                    .finish()
            }
        }

        #[automatically_derived]
        impl<#(#params),*> #krate::Accumulate for #cotangent<#(#arguments),*> #clause {
            fn accumulate(&mut self, other: Self) {
                #(#private::AddTo::add(&mut self.#summed, other.#summed);)*
            }
        }

        #[automatically_derived]
        impl<#(#own_params),*> #krate::Value for #name<#(#own_arguments),*> #own_clause {
            type Owned = Self;
            type Cotangent = #cotangent<#(#arguments),*>;
            #[inline]
            fn by_ref(&self) -> &Self {
                self
            }
            #[inline]
            #[track_caller]
            fn detach(&mut self) {
                #detach
            }
            #[inline]
            fn has_tangents(&self) -> bool {
                #has_tangents
            }
            #[inline]
            fn fingerprint(&self) -> ::core::primitive::u64 {
                #fingerprint
            }
        }

        #[automatically_derived]
        impl<#(#own_params),*> #private::Receiver for #name<#(#own_arguments),*> #own_clause {}

        #[automatically_derived]
        impl<#(#own_params),*> #krate::Discrete for #name<#(#own_arguments),*>
        where
            #(#own_bounds,)*
            #(#discrete,)*
        {
        }

        #(#field_places)*
        #lift
        #lift_of_cotangent
    }
}

/// The bodies of `detach`, `has_tangents` and `fingerprint`: those of all fields that may carry a gradient.
fn over_fields(input: &DeriveInput, private: &TokenStream) -> [TokenStream; 3] {
    let variants: Vec<(TokenStream, &Fields)> = match &input.data {
        Data::Struct(whole) => vec![(quote!(Self), &whole.fields)],
        Data::Enum(whole) => {
            let of_variant = |variant: &syn::Variant| {
                let name = &variant.ident;
                quote!(Self::#name)
            };
            whole.variants.iter().map(|variant| (of_variant(variant), &variant.fields)).collect()
        }
        Data::Union(_) => Vec::new(),
    };
    if variants.is_empty() {
        return [TokenStream::new(), quote!(false), quote!(0)];
    }
    let arms = |of_field: &dyn Fn(&Ident) -> TokenStream, none: TokenStream, joint: TokenStream| {
        let arms = variants.iter().map(|(variant, fields)| {
            let fields = fields.iter().enumerate().filter(|(_, field)| {
                !field.attrs.iter().any(|attribute| attribute.path().is_ident("constant"))
            });
            let (members, names): (Vec<_>, Vec<_>) = fields
                .map(|(position, field)| {
                    let member = match &field.ident {
                        Some(name) => Member::Named(name.clone()),
                        None => Member::Unnamed(Index { index: position as u32, span: Span::call_site() }),
                    };
                    (member, format_ident!("__field{position}", span = Span::mixed_site()))
                })
                .unzip();
            let parts = names.iter().map(of_field);
            quote!(#variant { #(#members: #names,)* .. } => { #none #(#joint #parts)* })
        });
        quote! {
            #[allow(unused_imports)]
            use #private::AnyField as _;
            match self { #(#arms)* }
        }
    };
    [
        arms(&|field| quote!(#private::InField(#field).detach();), TokenStream::new(), TokenStream::new()),
        arms(&|field| quote!(#private::InField(#field).has_tangents()), quote!(false), quote!(||)),
        arms(
            &|field| quote!(.wrapping_mul(31).wrapping_add(#private::InField(#field).fingerprint())),
            quote!(1_u64),
            TokenStream::new(),
        ),
    ]
}

fn without_default(param: &GenericParam) -> GenericParam {
    let mut param = param.clone();
    match &mut param {
        GenericParam::Type(param) => param.default = None,
        GenericParam::Const(param) => param.default = None,
        GenericParam::Lifetime(_) => {}
    }
    param
}

fn argument(param: &GenericParam) -> TokenStream {
    match param {
        GenericParam::Type(param) => param.ident.to_token_stream(),
        GenericParam::Const(param) => param.ident.to_token_stream(),
        GenericParam::Lifetime(param) => param.lifetime.to_token_stream(),
    }
}

/// A type that uses all type parameters.
fn marker<'p>(params: impl IntoIterator<Item = &'p GenericParam>) -> TokenStream {
    let used = params.into_iter().filter_map(|param| match param {
        GenericParam::Type(param) => {
            let name = &param.ident;
            Some(quote!(fn() -> #name))
        }
        GenericParam::Lifetime(_) | GenericParam::Const(_) => None,
    });
    quote!(::core::marker::PhantomData<(#(#used,)*)>)
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name || ident == "Self",
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

/// The type itself, for `Self` in the types of its fields, which the type of the cotangent names, too.
struct Own(Type);

impl Own {
    fn of(input: &DeriveInput) -> Self {
        let (name, arguments) = (&input.ident, input.generics.params.iter().map(argument));
        Own(parse_quote!(#name<#(#arguments),*>))
    }

    fn replaced(&self, ty: &Type) -> Type {
        struct Replace<'o>(&'o Type);
        impl crate::visit_mut::VisitMut for Replace<'_> {
            fn visit_type_mut(&mut self, ty: &mut Type) {
                if matches!(ty, Type::Path(path) if path.path.is_ident("Self")) {
                    *ty = self.0.clone();
                    return;
                }
                crate::visit_mut::visit_type_mut(self, ty);
            }
        }
        let mut ty = ty.clone();
        crate::visit_mut::VisitMut::visit_type_mut(&mut Replace(&self.0), &mut ty);
        ty
    }
}
