//! Type parameters without bounds that are the elements of a tensor, as in `fn f<E>(x: &Tensor<4, E>)`. rustc would report each
//! place that needs `E: Element`. Generated code has this bound, and a check has not, which rustc reports.

use crate::visit::{self, Visit};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Data, DeriveInput, GenericArgument, GenericParam, Generics, ImplItem, ItemImpl, ItemTrait, Path,
    PathArguments, Signature, TraitItem, Type, TypeParamBound, TypePath, parse_quote,
};

use super::forgotten_bounds::{self, bounds};
use crate::module::MODULES;

/// Adds the bound to the parameters of a function; returns the checks.
pub(super) fn of_function(signature: &mut Signature, krate: &Path) -> TokenStream {
    let mut types = Types::default();
    types.visit_signature(signature);
    types.complete(&mut signature.generics, krate)
}

/// Adds the bound to the parameters of a block and its methods; returns the checks.
pub(super) fn of_block(block: &mut ItemImpl, krate: &Path) -> TokenStream {
    let signatures = block.items.iter_mut().filter_map(|member| match member {
        ImplItem::Fn(function) => Some(&mut function.sig),
        _ => None,
    });
    of_methods(signatures, &mut block.generics, krate)
}

/// Adds the bound to the parameters of a trait and its methods; returns the checks.
pub(super) fn of_trait(definition: &mut ItemTrait, krate: &Path) -> TokenStream {
    let signatures = definition.items.iter_mut().filter_map(|member| match member {
        TraitItem::Fn(function) => Some(&mut function.sig),
        _ => None,
    });
    of_methods(signatures, &mut definition.generics, krate)
}

fn of_methods<'s>(
    signatures: impl Iterator<Item = &'s mut Signature>,
    generics: &mut Generics,
    krate: &Path,
) -> TokenStream {
    let (mut types, mut checks) = (Types::default(), TokenStream::new());
    for signature in signatures {
        types.visit_signature(signature);
        checks.extend(of_function(signature, krate));
    }
    checks.extend(types.complete(generics, krate));
    checks
}

/// Adds the bound to the parameters of a type. rustc reports the type itself.
pub(crate) fn of_type(input: &mut DeriveInput, krate: &Path) {
    let mut types = Types::default();
    match &input.data {
        Data::Struct(data) => types.visit_fields(&data.fields),
        Data::Enum(data) => data.variants.iter().for_each(|variant| types.visit_variant(variant)),
        Data::Union(_) => {}
    }
    types.complete(&mut input.generics, krate);
}

/// The types that take the type of their elements as the last argument.
#[derive(Default)]
struct Types(Vec<TypePath>);

impl Types {
    fn complete(&self, generics: &mut Generics, krate: &Path) -> TokenStream {
        let (mut checks, written) = (TokenStream::new(), generics.clone());
        for param in generics.type_params_mut() {
            let name = &param.ident;
            let is_free = bounds(name, &written).is_empty();
            let Some(ty) = self.0.iter().find(|ty| is_free && element(ty) == Some(name)) else { continue };
            param.bounds.push(parse_quote!(#krate::Element));
            let params = names_in(ty, &written);
            checks.extend(quote!(const _: () = { #[allow(dead_code)] fn check<#(#params),*>(_: &#ty) {} };));
        }
        checks
    }
}

impl<'ast> Visit<'ast> for Types {
    fn visit_type_path(&mut self, path: &'ast TypePath) {
        if element(path).is_some() {
            self.0.push(path.clone());
        }
        visit::visit_type_path(self, path);
    }
}

/// The name of the last argument of a type, if that is the type of the elements.
fn element(ty: &TypePath) -> Option<&Ident> {
    let last = ty.path.segments.last()?;
    let name = last.ident.to_string();
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let types = arguments.args.iter().filter(|argument| matches!(argument, GenericArgument::Type(_))).count();
    let is_last = match &*name {
        "Tensor" | "Vector" | "Matrix" | "Filter1d" | "Filter2d" => true,
        "WithElem" => types == 2,
        // The weights and the bias may be tied.
        name => MODULES.contains(&name) && types > 2,
    };
    fn name_of(argument: &GenericArgument) -> Option<&Ident> {
        match argument {
            GenericArgument::Type(Type::Path(path)) => path.path.get_ident(),
            _ => None,
        }
    }
    if is_last {
        return name_of(arguments.args.last()?);
    }
    // A module of the same file may require it.
    let params = forgotten_bounds::generics(&last.ident)?.params;
    let is_element = |param: &GenericParam| match param {
        GenericParam::Type(param) => param.bounds.iter().any(is_element_bound),
        _ => false,
    };
    let position = params.iter().position(is_element)?;
    name_of(arguments.args.get(position)?)
}

fn is_element_bound(bound: &TypeParamBound) -> bool {
    matches!(bound, TypeParamBound::Trait(bound) if bound.path.segments.last().is_some_and(|last| last.ident == "Element" || last.ident == "Real"))
}

/// The parameters that a type names.
fn names_in<'g>(ty: &TypePath, generics: &'g Generics) -> impl Iterator<Item = &'g GenericParam> {
    let named = ty.to_token_stream();
    generics.params.iter().filter(move |param| {
        let is_param = |token: &proc_macro2::TokenTree| {
            matches!(token, proc_macro2::TokenTree::Ident(name) if super::signature::name_of(param) == Some(name))
        };
        super::checked::mentions(&named, &is_param)
    })
}
