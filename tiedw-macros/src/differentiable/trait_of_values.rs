//! The impl of a trait for a type of values, `#[differentiable(value)] impl Distribution for Normal`: the methods become those
//! of the type, which have companions, and the trait's call them. So no other method of the name can be called in their place.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{FnArg, ImplItem, ImplItemFn, ItemImpl, Pat, Path, Type, Visibility, parse_quote};

use super::method::{behind_references, is_number_or_tensor};
use super::own_type::OwnType;
use super::recursion;
use super::trait_impl::has_free_parameter;
use super::{definition_of, known_traits, trait_method};
use crate::errors::Errors;
use crate::known;

/// Splits the impl of a trait into a block of the type's own, and the impl, whose methods call those; `None` after a mistake, which
/// leaves the impl as it is.
pub(super) fn split(item: &ItemImpl, path: &Path, errors: &mut Errors) -> Option<(ItemImpl, TokenStream)> {
    if let Some(message) = mistake(item, path) {
        errors.at(path, message);
        return None;
    }
    let mut block = item.clone();
    block.trait_ = None;
    let (methods, others): (Vec<_>, Vec<_>) =
        block.items.into_iter().partition(|member| matches!(member, ImplItem::Fn(_)));
    let mut types: Vec<(String, Type)> = others.iter().filter_map(associated).collect();
    types.extend(known_traits::inherited_types(path, &item.self_ty));
    let types: Vec<(String, &Type)> = types.iter().map(|(name, ty)| (name.clone(), ty)).collect();
    block.items = methods;
    let mut calls = Vec::new();
    for member in &mut block.items {
        let ImplItem::Fn(function) = member else { continue };
        trait_method::name_arguments(&mut function.sig);
        calls.push(calling(function));
        function.vis = Visibility::Public(Default::default());
        // The trait documents it.
        function.attrs.push(parse_quote!(#[allow(missing_docs, dead_code, clippy::all)]));
    }
    OwnType { module: &item.self_ty, associated: &types }.replace(&mut block);
    block.attrs.clear();
    let name = &path.segments.last()?.ident;
    let names: Vec<_> = recursion::functions(item).map(|function| function.sig.ident.to_string()).collect();
    known::note(&key(name), names.join(" "), name.span(), &item.attrs);
    if definition_of::is_beside(name) {
        errors.at(
            path,
            format_args!(
                "a trait under `#[differentiable]` is for modules; remove the attribute above `trait {name}`, whose methods \
                 have companions where it is implemented for a type of values"
            ),
        );
        return Some((block, TokenStream::new()));
    }
    let (params, of, bounds) = (&item.generics.params, &item.self_ty, &item.generics.where_clause);
    let (attributes, keyword) = (&item.attrs, &item.impl_token);
    let implementation = quote! {
        #(#attributes)*
        #keyword<#params> #path for #of #bounds {
            #(#others)*
            #(#calls)*
        }
    };
    Some((block, implementation))
}

/// The methods of a trait that is implemented for a type of values, as far as the crate was expanded.
pub(super) fn methods(name: &Ident) -> Option<Vec<String>> {
    let texts = known::texts(&key(name));
    Some(texts.first()?.split_whitespace().map(str::to_owned).collect())
}

fn key(name: &Ident) -> String {
    format!("trait of values {name}")
}

fn mistake(item: &ItemImpl, path: &Path) -> Option<String> {
    let name = &path.segments.last()?.ident;
    let ty = behind_references(&item.self_ty);
    if is_number_or_tensor(ty) || !matches!(&*item.self_ty, Type::Path(_)) {
        return Some(format!(
            "`{name}` has companions for types of this crate with `#[derive(Value)]`; write a function under \
             `#[differentiable]` in place of a method of this type"
        ));
    }
    has_free_parameter(item).then(|| {
        "in the impl of a trait for a type of values, each parameter is one of the type; write types in place of others"
            .to_owned()
    })
}

fn associated(member: &ImplItem) -> Option<(String, Type)> {
    match member {
        ImplItem::Type(associated) => Some((associated.ident.to_string(), associated.ty.clone())),
        _ => None,
    }
}

/// The method of the trait, which calls that of the type.
fn calling(function: &ImplItemFn) -> ImplItemFn {
    let mut calling = function.clone();
    let name = &function.sig.ident;
    let mut arguments = Vec::new();
    for (position, input) in calling.sig.inputs.iter_mut().enumerate() {
        match input {
            FnArg::Receiver(receiver) => {
                receiver.mutability = None;
                arguments.push(receiver.self_token.to_token_stream());
            }
            FnArg::Typed(argument) => {
                argument.attrs.retain(|attribute| !attribute.path().is_ident("constant"));
                let name = match &*argument.pat {
                    Pat::Ident(name) if name.subpat.is_none() => name.ident.clone(),
                    _ => Ident::new(&format!("argument{position}"), Span::mixed_site()),
                };
                *argument.pat = parse_quote!(#name);
                arguments.push(name.to_token_stream());
            }
        }
    }
    calling.block = parse_quote!({ Self::#name(#(#arguments),*) });
    calling
}
