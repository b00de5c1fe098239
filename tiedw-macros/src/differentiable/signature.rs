//! The signature of a generated method.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, GenericParam, PathArguments, Token, Type, parse_quote};

use super::context::Context;
use super::forgotten_bounds;
use super::method::{Argument, Method, is_number_or_tensor};
use super::passed::lifetime_of_functions;
use crate::value::lifetimes;
use crate::visit_mut::{self, VisitMut};

/// The parts of a method's signature, which can be changed one by one.
pub(super) struct Signature {
    pub(super) attributes: Vec<TokenStream>,
    pub(super) vis: TokenStream,
    /// The `fn`, at which errors about the whole signature start.
    pub(super) keyword: Token![fn],
    pub(super) name: Ident,
    /// Generic parameters, lifetimes first.
    pub(super) params: Vec<TokenStream>,
    /// The receiver, if any, and the arguments.
    pub(super) inputs: Vec<TokenStream>,
    pub(super) output: TokenStream,
    pub(super) bounds: Vec<TokenStream>,
}

impl Signature {
    /// The signature of `method`, with `suffix` appended to its name.
    pub(super) fn of(method: &Method, suffix: &str) -> Self {
        let function = &method.function;
        let name = &function.sig.ident;
        let keep = |attribute: &&Attribute| {
            let path = attribute.path();
            // What a method expects, one of the view has.
            let is_of_body = path.is_ident("inline") || path.is_ident("expect");
            path.is_ident("cfg") || suffix.is_empty() && !is_of_body
        };
        let bounds = method.generics.where_clause.iter();
        let inputs = method.arguments.iter().map(|Argument { name, ty, .. }| quote!(#name: #ty));
        Signature {
            attributes: function.attrs.iter().filter(keep).map(ToTokens::to_token_stream).collect(),
            vis: function.vis.to_token_stream(),
            keyword: Default::default(),
            name: format_ident!("{name}{suffix}", span = name.span()),
            params: method.generics.params.iter().map(ToTokens::to_token_stream).collect(),
            inputs: method.takes_self().then(|| quote!(&self)).into_iter().chain(inputs).collect(),
            output: method.output.to_token_stream(),
            bounds: bounds.flat_map(|bounds| &bounds.predicates).map(ToTokens::to_token_stream).collect(),
        }
    }

    /// Returns the method with this signature and body.
    pub(super) fn with_body(self, body: &TokenStream) -> TokenStream {
        self.with_block(&quote!({ #body }))
    }

    /// Returns the method with this signature and block.
    pub(super) fn with_block(self, block: &TokenStream) -> TokenStream {
        let (attributes, head) = self.split();
        quote! {
            #attributes
            #[allow(unused, unreachable_pub, non_shorthand_field_patterns, clippy::all, clippy::pedantic, clippy::nursery)]
            #[inline]
            #head #block
        }
    }

    /// Returns the method of a trait with this signature and no body.
    pub(super) fn without_body(self) -> TokenStream {
        let (attributes, head) = self.split();
        quote! {
            #attributes
            #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
            #head;
        }
    }

    fn split(self) -> (TokenStream, TokenStream) {
        let Signature { attributes, vis, keyword, name, params, inputs, output, bounds } = self;
        let bounds = (!bounds.is_empty()).then(|| quote!(where #(#bounds,)*));
        let head = quote!(#vis #keyword #name<#(#params),*>(#(#inputs),*) -> #output #bounds);
        (quote!(#(#attributes)*), head)
    }
}

impl Context<'_> {
    /// The type of a method's value and its pullback, which takes a `gradient` if the method takes `self`.
    pub(super) fn with_pullback(&self, method: &Method, gradient: Option<&TokenStream>) -> TokenStream {
        let krate = self.krate;
        let count = method.arguments.len();
        let cotangents = method.arguments.iter().map(|argument| {
            let cotangent = if argument.active {
                self.cotangent(&argument.referred())
            } else {
                quote!(#krate::__private::NoGradient)
            };
            quote!(::core::option::Option<#cotangent>)
        });
        let (value, output) = (&method.output, self.cotangent(&method.output));
        let lifetime = self.lifetime.as_ref().filter(|_| method.takes_self());
        let own = method.generics.params.iter().filter_map(name_of).map(ToTokens::to_token_stream);
        let captured = lifetime.into_iter().cloned().chain(self.captured.iter().cloned()).chain(own);
        let gradient = gradient.into_iter();
        if method.is_recursive {
            // The type of the pullback would contain itself.
            let lifetime = match method.takes_self() {
                _ if method.takes_functions() => lifetime_of_functions().to_token_stream(),
                true => quote!('view),
                false => quote!('static),
            };
            // An argument that is no value is reported once.
            let uncertain = method.arguments.iter().find(|argument| argument.active && !argument.certain);
            let span = uncertain.map_or_else(|| method.blame(), Argument::blame);
            return quote_spanned! {span=>
                (
                    #value,
                    ::std::boxed::Box<
                        dyn ::core::ops::FnOnce(#output, #(#gradient,)* [::core::primitive::bool; #count])
                            -> (#(#cotangents,)*) + #lifetime
                    >,
                )
            };
        }
        quote_spanned! {method.blame()=>
            (
                #value,
                impl ::core::ops::FnOnce(#output, #(#gradient,)* [::core::primitive::bool; #count]) -> (#(#cotangents,)*)
                + use<#(#captured),*>,
            )
        }
    }

    pub(super) fn cotangent(&self, ty: &Type) -> TokenStream {
        let krate = self.krate;
        let ty = &with_elided(ty);
        let ty = match &self.named {
            Some(named) => named.checked(ty, krate),
            None => ty.to_token_stream(),
        };
        // A cotangent has no lifetime, and the type of a pullback must not name that of an argument.
        let ty = if lifetimes::names_one(&ty) { lifetimes::of_static(ty) } else { ty };
        quote_spanned!(ty.span()=> <#ty as #krate::__private::Value>::Cotangent)
    }
}

/// Writes the lifetimes that the path of a type leaves out, as `&Batch` for `&Batch<'_>`. They may be left out in an argument, but not in
/// a result.
fn with_elided(ty: &Type) -> Type {
    struct Elided;
    impl VisitMut for Elided {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if matches!(ty, Type::Path(_)) && is_number_or_tensor(ty) {
                return;
            }
            if let Type::Path(path) = ty
                && let Some(last) = path.path.segments.last_mut()
                && last.arguments.is_none()
            {
                let elided = vec![quote!('_); forgotten_bounds::lifetimes(&last.ident)];
                if !elided.is_empty() {
                    last.arguments = PathArguments::AngleBracketed(parse_quote!(<#(#elided),*>));
                }
            }
            visit_mut::visit_type_mut(self, ty);
        }
    }
    let mut ty = ty.clone();
    Elided.visit_type_mut(&mut ty);
    ty
}

/// The name of a type or const parameter.
pub(super) fn name_of(param: &GenericParam) -> Option<&Ident> {
    match param {
        GenericParam::Type(param) => Some(&param.ident),
        GenericParam::Const(param) => Some(&param.ident),
        GenericParam::Lifetime(_) => None,
    }
}
