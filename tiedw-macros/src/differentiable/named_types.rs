//! One error for a type that is no value but stands in a signature.
//!
//! The companions of a method name such a type several times, and so do its callers. Therefore a function of its own asserts
//! that the types that the signatures of a block name are values. The companions name them through a constant that calls it,
//! which is an error after a mistake: see [`checked`](super::checked).

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    FnArg, GenericArgument, Generics, ImplItemFn, Path, PathArguments, ReturnType, Type, TypeParamBound,
    TypeTraitObject,
};

use super::checked::mentions;
use super::method::{
    behind_references, carries_gradient, is_number_or_tensor, layer, map, returned_no_value,
};
use super::mistakes::borrowed_generator;
use super::signature::name_of;
use super::stand_ins::stand_ins;
use crate::value::lifetimes;

/// The types of the signatures of a block that may be no values.
pub(crate) struct NamedTypes {
    definition: TokenStream,
    call: TokenStream,
}

impl NamedTypes {
    /// Reads the signatures of a block; `None` if all that they name are values. `owner` is part of the name of the function.
    pub(super) fn of<'f>(
        functions: impl Iterator<Item = &'f ImplItemFn>,
        owner: &impl ToTokens,
        generics: &Generics,
        krate: &Path,
    ) -> Option<Self> {
        let (mut types, mut first) = (Vec::<Type>::new(), None);
        let certain = stand_ins(generics).filter(|stand_ins| stand_ins.are_certain);
        let arguments =
            certain.filter(|_| generics.lifetimes().next().is_none()).map(|certain| certain.types);
        for function in functions {
            let attributes = &function.attrs;
            if attributes.iter().any(|attribute| attribute.path().is_ident("cfg")) {
                continue;
            }
            first.get_or_insert(&function.sig.ident);
            for ty in in_signature(function, generics) {
                let is_of_known = arguments.is_some() || !names_any_of(&ty, generics);
                let is_of_method = names_any_of(&ty, &function.sig.generics);
                if is_of_known && !is_of_method {
                    types.push(ty);
                }
            }
        }
        let first = first?;
        let name = format_ident!("__{}_{}_types", letters(owner), first);
        let is_generic = types.iter().any(|ty| names_any_of(ty, generics));
        let known = is_generic.then(|| (generics, arguments.unwrap_or_default()));
        Self::asserted(types, &name, known, krate)
    }

    /// The types of the fields of a struct or an enum of values.
    pub(crate) fn of_fields<'f>(
        fields: impl Iterator<Item = &'f Type>,
        owner: &Ident,
        generics: &Generics,
        krate: &Path,
    ) -> Option<Self> {
        let mut types = Vec::new();
        for ty in fields.filter(|ty| !names_any_of(ty, generics)) {
            named_in(ty, &mut types);
        }
        types.retain(|ty| !has_lifetime(ty));
        Self::asserted(types, &format_ident!("__{}_fields", owner), None, krate)
    }

    /// A function with the name `name` that asserts that the types are values, and its generics with some arguments.
    fn asserted(
        mut types: Vec<Type>,
        name: &Ident,
        generics: Option<(&Generics, Vec<TokenStream>)>,
        krate: &Path,
    ) -> Option<Self> {
        let mut known: Vec<String> = Vec::new();
        types.retain(|ty| {
            let ty = ty.to_token_stream().to_string();
            let is_new = !known.contains(&ty);
            known.push(ty);
            is_new
        });
        if types.is_empty() {
            return None;
        }
        let (generics, arguments) = generics.unzip();
        let arguments = arguments.unwrap_or_default();
        let (params, bounds) = generics.map(|generics| (&generics.params, &generics.where_clause)).unzip();
        let private = quote!(#krate::__private);
        let assertions = types.iter().map(|ty| {
            // A cotangent has no lifetime.
            let ty = ty.to_token_stream();
            let ty = if lifetimes::names_one(&ty) { lifetimes::of_static(ty) } else { ty };
            quote_spanned! {ty.span()=>
                let _: ::core::option::Option<fn(<#ty as #private::Value>::Cotangent)> = ::core::option::Option::None;
            }
        });
        let definition = quote! {
            #[doc(hidden)]
            #[allow(
                non_upper_case_globals, non_snake_case, unused, clippy::all, clippy::pedantic, clippy::nursery
            )]
            const fn #name<#params>() -> ::core::primitive::usize #bounds {
                #(#assertions)*
                0
            }
        };
        Some(NamedTypes { definition, call: quote!(#name::<#(#arguments),*>()) })
    }

    pub(crate) fn definition(&self) -> &TokenStream {
        &self.definition
    }

    /// A type of a companion, computed from the constant if it may be no value.
    pub(super) fn checked(&self, ty: &Type, krate: &Path) -> TokenStream {
        let mut types = Vec::new();
        named_in_argument(ty, &mut types);
        self.computed(ty, &types, krate)
    }

    /// The type of a field, computed from the constant if it may be no value.
    pub(crate) fn checked_field(&self, ty: &Type, krate: &Path) -> TokenStream {
        let mut types = Vec::new();
        named_in(ty, &mut types);
        types.retain(|ty| !has_lifetime(ty));
        self.computed(ty, &types, krate)
    }

    fn computed(&self, ty: &Type, named: &[Type], krate: &Path) -> TokenStream {
        if named.is_empty() {
            return ty.to_token_stream();
        }
        let call = &self.call;
        let private = quote_spanned!(ty.span()=> #krate::__private);
        quote_spanned!(ty.span()=> <#private::Body<{ #call }> as #private::Checked<#ty>>::Type)
    }

    /// A constant expression that is an error if one of the types is no value.
    pub(super) fn call(&self) -> &TokenStream {
        &self.call
    }
}

/// The types in the signature of a function that may be no values.
fn in_signature(function: &ImplItemFn, outer: &Generics) -> Vec<Type> {
    let mut types = Vec::new();
    for input in &function.sig.inputs {
        let FnArg::Typed(argument) = input else { continue };
        let constant = argument.attrs.iter().any(|attribute| attribute.path().is_ident("constant"));
        let is_reported = layer(&argument.ty).is_some()
            || map(&argument.ty).is_some()
            || borrowed_generator(&argument.ty, [&function.sig.generics, outer]).is_some();
        if !constant && carries_gradient(&argument.ty) && !is_reported {
            named_in_argument(&argument.ty, &mut types);
        }
    }
    if let ReturnType::Type(_, output) = &function.sig.output
        && returned_no_value(&function.sig).is_none()
        && carries_gradient(output)
    {
        named_in_argument(output, &mut types);
    }
    types
}

/// Adds the types in `ty`, behind references and in containers, that may be no values.
fn named_in(ty: &Type, types: &mut Vec<Type>) {
    match ty {
        Type::Reference(reference) if reference.mutability.is_none() => named_in(&reference.elem, types),
        Type::Paren(inner) => named_in(&inner.elem, types),
        Type::Group(inner) => named_in(&inner.elem, types),
        Type::Slice(inner) => named_in(&inner.elem, types),
        Type::Array(inner) => named_in(&inner.elem, types),
        Type::Tuple(tuple) => tuple.elems.iter().for_each(|elem| named_in(elem, types)),
        Type::FnPtr(_) | Type::TraitObject(_) if !has_lifetime(ty) => types.push(ty.clone()),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return };
            if let PathArguments::AngleBracketed(arguments) = &last.arguments
                && ["Vec", "Option", "Box", "Result"].contains(&&*last.ident.to_string())
                && let Some(GenericArgument::Type(inner)) = arguments.args.first()
            {
                return named_in(inner, types);
            }
            if carries_gradient(ty) && !is_number_or_tensor(ty) && !is_of_self(ty) {
                types.push(ty.clone());
            }
        }
        _ => {}
    }
}

/// The types in that of an argument, other than a function that a companion is passed for.
fn named_in_argument(ty: &Type, types: &mut Vec<Type>) {
    match behind_references(ty) {
        Type::FnPtr(_) => {}
        Type::TraitObject(object) if is_function(object) => {}
        _ => named_in(ty, types),
    }
}

fn is_function(object: &TypeTraitObject) -> bool {
    object.bounds.iter().any(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last();
            last.is_some_and(|last| matches!(last.arguments, PathArguments::Parenthesized(_)))
        }
        _ => false,
    })
}

fn has_lifetime(ty: &Type) -> bool {
    mentions(ty, &|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '\''))
}

/// The letters and digits of code.
fn letters(code: &impl ToTokens) -> String {
    code.to_token_stream().to_string().replace(|other: char| !other.is_alphanumeric(), "_")
}

fn is_of_self(ty: &Type) -> bool {
    mentions(ty, &|tree| matches!(tree, TokenTree::Ident(name) if name == "Self" || name == "impl"))
}

fn names_any_of(ty: &impl ToTokens, generics: &Generics) -> bool {
    let is_param = |name: &Ident| generics.params.iter().filter_map(name_of).any(|param| param == name);
    mentions(ty, &|tree| matches!(tree, TokenTree::Ident(name) if is_param(name)))
}
