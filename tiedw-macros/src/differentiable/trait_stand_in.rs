//! A type with a differentiable trait, which takes the place of a type parameter where a generic body is only type checked: see
//! [`checked`](super::checked).

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, GenericArgument, Generics, PathArguments, TraitItem, Type, TypeParamBound};

use super::context::Context;
use super::known_traits::{self, Known};
use super::method::Method;
use super::signature::{Signature, name_of};
use super::stand_ins::{StandIns, stand_ins};
use super::trait_definition::{Definition, argument, without_defaults};

/// A type with the methods of a trait for views.
pub(super) struct OfStandIn {
    pub(super) ty: TokenStream,
    /// The trait.
    pub(super) view: Ident,
    /// Its arguments.
    pub(super) arguments: Vec<TokenStream>,
    pub(super) cfg: Vec<Attribute>,
}

impl Definition<'_> {
    /// The context of the methods of the stand-in.
    pub(super) fn of_stand_in<'c>(&self, of_views: &Context<'c>) -> Context<'c> {
        let generics = &self.item.generics;
        let lifetimes = generics.lifetimes().map(|param| param.lifetime.to_token_stream());
        let others = generics.params.iter().filter_map(name_of).map(ToTokens::to_token_stream);
        let of_elem = self.elem().is_none().then(|| elem().into_token_stream());
        Context {
            krate: of_views.krate,
            generics: of_views.generics,
            params: Vec::new(),
            module: of_views.module,
            view: TokenStream::new(),
            value: None,
            arguments: Vec::new(),
            gradient: of_views.gradient.clone(),
            lifetime: None,
            captured: lifetimes.chain(of_elem).chain(others).collect(),
            stand_in: None,
            named: None,
            names: Default::default(),
            unmarked: Vec::new(),
        }
    }

    /// Whether a type that has its methods is known.
    fn has_stand_in(&self) -> bool {
        const OF_NUMBERS: [&str; 7] = ["Value", "Clone", "Copy", "Debug", "PartialEq", "Send", "Sync"];
        const OF_MODULES: [&str; 6] = ["Module", "Clone", "Debug", "Send", "Sync", "Sized"];
        let has = |bound: &TypeParamBound, known: &[&str]| match bound {
            TypeParamBound::Trait(bound) => {
                bound.path.segments.last().is_some_and(|last| known.iter().any(|name| last.ident == name))
            }
            TypeParamBound::Lifetime(lifetime) => lifetime.ident == "static",
            _ => false,
        };
        let is_optional = |member: &&TraitItem| match member {
            TraitItem::Const(constant) => constant.default.is_some(),
            TraitItem::Fn(function) => function.default.is_some(),
            _ => false,
        };
        let mut of_types = self.types.iter().flat_map(|associated| &associated.bounds);
        self.others.iter().all(is_optional)
            && self.item.unsafety.is_none()
            && self.item.supertraits.iter().all(|bound| match known_traits::of(bound) {
                Some((_, known)) => {
                    known.has_stand_in && (known.elem.is_none() || known.elem == self.elem_text())
                }
                None => has(bound, &OF_MODULES),
            })
            && of_types.all(|bound| has(bound, &OF_NUMBERS))
    }

    /// The type that has the methods of the trait.
    pub(super) fn type_of_stand_in(&self) -> Option<OfStandIn> {
        let generics = &self.item.generics;
        let (krate, view, number) = (self.krate, self.view(), quote!(::core::primitive::f32));
        let has_lifetime = generics.lifetimes().next().is_some();
        let StandIns { types, .. } = stand_ins(generics).filter(|_| self.has_stand_in() && !has_lifetime)?;
        // A parameter has no meaning outside of the trait.
        let of_param = |elem: &Type| {
            let mut params = generics.params.iter().filter_map(name_of).zip(&types);
            params.find(|(name, _)| is_named(elem, name)).map(|(_, stand_in)| stand_in.clone())
        };
        let elem = match self.elem() {
            Some(elem) => of_param(elem).unwrap_or_else(|| elem.to_token_stream()),
            None => number.clone(),
        };
        let cfg = self.item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        Some(OfStandIn {
            ty: quote!(#krate::__private::StandInView<#number, #number, #elem>),
            view,
            arguments: types,
            cfg: cfg.cloned().collect(),
        })
    }

    /// What traits that have this one as a supertrait know of it.
    pub(super) fn known(&self) -> Known {
        Known {
            has_stand_in: self.has_stand_in(),
            has_wrappers: self.is_simple(),
            types: self.names_of_types(),
            elem: self.elem_text(),
        }
    }

    fn elem_text(&self) -> Option<String> {
        Some(self.elem()?.to_token_stream().to_string())
    }

    /// The element type that the trait requires of a module, as in `trait Stage: Module<Elem = f32>`.
    fn elem(&self) -> Option<&Type> {
        let arguments = self.item.supertraits.iter().filter_map(|bound| match bound {
            TypeParamBound::Trait(bound) => match &bound.path.segments.last()?.arguments {
                PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
                _ => None,
            },
            _ => None,
        });
        arguments.flatten().find_map(|argument| match argument {
            GenericArgument::AssocType(binding) if binding.ident == "Elem" => Some(&binding.ty),
            _ => None,
        })
    }

    /// The impls of the trait for the stand-in, and of its companion with these methods. None if a type that has them is not
    /// known.
    pub(super) fn stand_in(&self, methods: &TokenStream) -> TokenStream {
        let Definition { krate, item, types, .. } = self;
        if !self.has_stand_in() {
            return TokenStream::new();
        }
        let (name, view) = (&item.ident, self.view());
        let (elem, elem_param) = match self.elem() {
            Some(elem) => (elem.to_token_stream(), None),
            None => (elem().into_token_stream(), Some(elem())),
        };
        let elem_param = elem_param.map(|elem| quote!(#elem: #krate::__private::Element));
        let Generics { params, where_clause, .. } = without_defaults(&item.generics);
        let arguments = item.generics.params.iter().map(argument);
        let arguments = quote!(<#(#arguments),*>);
        let cfg: Vec<_> = item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect();
        let params: Vec<_> = params.iter().collect();
        let types: Vec<_> = types.iter().map(|associated| &associated.ident).collect();
        let number = quote!(::core::primitive::f32);
        let types = quote!(#(type #types = #number;)*);
        let stand_in = |name: &str| {
            let name = Ident::new(name, Span::call_site());
            quote!(#krate::__private::#name<#number, #number, #elem>)
        };
        let (of_module, of_view) = (stand_in("StandIn"), stand_in("StandInView"));
        quote! {
            #(#cfg)*
            #[automatically_derived]
            #[doc(hidden)]
            #[diagnostic::do_not_recommend]
            impl<#(#params,)* #elem_param> #name #arguments for #of_module #where_clause {
                #types
            }
            #(#cfg)*
            #[automatically_derived]
            #[doc(hidden)]
            #[diagnostic::do_not_recommend]
            impl<#(#params,)* #elem_param> #view #arguments for #of_view #where_clause {
                type Gradient<'gradient> = Self;
                #types
                #methods
            }
        }
    }
}

/// A method of the stand-in, and its companion. They never run.
pub(super) fn method(of_stand_in: &Context<'_>, method: &Method, differentiated: &Method) -> TokenStream {
    let plain = Signature::of(method, "").with_body(&quote!(::core::panic!()));
    let companion = of_stand_in.stub(differentiated);
    quote!(#plain #companion)
}

fn is_named(ty: &Type, name: &Ident) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(&name.to_string()))
}

/// The element type of the stand-in.
fn elem() -> Ident {
    format_ident!("TiedElem", span = Span::mixed_site())
}
