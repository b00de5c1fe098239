//! One error for a field that is not a module, or not a layer although it has to be one.
//!
//! All generated code uses the module impls of the fields, so rustc would report each use. Therefore one
//! constant uses them, which such a field turns into an error. Generated code names the field types through
//! aliases that are computed from the constant. (`differentiable/checked.rs` does the same for bodies.)

use std::sync::atomic::{AtomicBool, Ordering};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Type, TypePath, parse_quote};

use super::generic_fields;
use super::generics::type_arguments;
use super::model::{Field, Module, Role, is_list_of};
use super::names::mentions;
use crate::known;
use crate::private::private_at;

/// Defines aliases for the field types, if one of them may not be a module. Returns the constant and the
/// aliases.
pub(super) fn name(module: &mut Module) -> Option<(TokenStream, TokenStream)> {
    if !module.generics.params.is_empty() {
        return Some((generic_fields::name(module)?, TokenStream::new()));
    }
    let may_differ = may_differ_in_elements(module);
    let may_be_other = if module.glue.is_some() { may_be_no_module } else { is_doubtful };
    let is_certain = !may_differ && !module.modules().any(|field| may_be_other(&field.ty));
    if is_certain {
        return None;
    }
    let first = module.modules().next().filter(|_| may_differ).map(|field| field.ty.clone());
    let constant = Ident::new("__FIELDS", Span::mixed_site());
    let (private, name, is_layer) = (module.private_path(), module.name.clone(), module.glue.is_some());
    let (mut questions, mut names) = (Vec::new(), TokenStream::new());
    for (position, field) in module.fields.iter_mut().enumerate() {
        if matches!(field.role, Role::Skipped) || is_list_of(&field.written, &name) {
            continue;
        }
        let (ty, span) = (&field.ty, field.span);
        let there = private_at(span);
        questions.push(if is_layer && !field.is_parameter() {
            is_layer_of(ty, span)
        } else {
            quote_spanned!(span=> let _ = <#ty as #there::Module>::SPEC;)
        });
        let checked = quote_spanned! {span=>
            <#private::Body<{ #name::#constant }> as #private::Checked<#ty>>::Type
        };
        if let Some(first) = &first {
            questions.push(quote_spanned! {span=>
                let _ = <#ty as #there::HasElem<<#first as #there::Module>::Elem>>::finish_elem;
            });
        }
        let short = format_ident!("__T{position}", span = span);
        // Of an unknown type, rustc suggests nothing there, as at the field.
        let defined = format_ident!("__T{position}", span = Span::call_site());
        names.extend(quote!(type #defined = #checked;));
        field.outside = Type::Verbatim(checked);
        field.ty = parse_quote!(#short);
    }
    let short = crate::private::private();
    let check = quote! {
        impl #name {
            #[doc(hidden)]
            const #constant: ::core::primitive::usize = {
                use #private as #short;
                let _ = || { #(#questions)* };
                0
            };
        }
    };
    Some((check, names))
}

/// Uses a type as a layer, by a name at one place: rustc would report it at the type and at its name.
pub(super) fn is_layer_of(ty: &Type, span: Span) -> TokenStream {
    let there = private_at(span);
    quote_spanned!(span=> { type __Field = #ty; let _ = <__Field as #there::Apply>::apply; })
}

/// Whether a field of this crate names the type of its elements. Only then may those of other modules differ.
static NAMES_ELEMENTS: AtomicBool = AtomicBool::new(false);

/// Whether the fields may have elements of different types: some name the type, and others do not, or another.
fn may_differ_in_elements(module: &Module) -> bool {
    let named = |field: &Field| {
        let names = |name: &&&str| mentions(field.ty.to_token_stream(), name);
        ["f32", "f64"].iter().find(names).copied()
    };
    let elements: Vec<_> = module.modules().map(named).collect();
    if elements.iter().any(Option::is_some) {
        NAMES_ELEMENTS.store(true, Ordering::Relaxed);
    }
    let may_be_of_others = || module.modules().any(|field| may_be_no_module(&field.ty));
    elements.windows(2).any(|pair| pair[0] != pair[1])
        || elements.len() > 1 && NAMES_ELEMENTS.load(Ordering::Relaxed) && may_be_of_others()
}

/// The types with arguments that are modules.
pub(crate) const MODULES: [&str; 20] = [
    "Linear",
    "Embedding",
    "PositionalEmbedding",
    "LayerNorm",
    "RmsNorm",
    "BatchNorm",
    "GroupNorm",
    "InstanceNorm",
    "Conv1d",
    "Conv2d",
    "Lstm",
    "Gru",
    "MultiHeadAttention",
    "Dropout",
    "MaxPool2d",
    "AvgPool2d",
    "Vector",
    "Matrix",
    "Filter1d",
    "Filter2d",
];

/// Whether a type may be no module. A module of this crate certainly is one, if its arguments are numbers or the names of
/// constants.
pub(super) fn may_be_no_module(ty: &Type) -> bool {
    match ty {
        Type::Array(array) => may_be_no_module(&array.elem),
        Type::Paren(inner) => may_be_no_module(&inner.elem),
        Type::Group(inner) => may_be_no_module(&inner.elem),
        Type::Tuple(tuple) => tuple.elems.iter().any(may_be_no_module),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            let holds = ["Vec", "Option", "Tied", "Frozen", "WithElem", "WithoutBias"].contains(&&*name);
            let may_be_argument =
                |ty: &Type| !matches!(ty, Type::Path(path) if path.path.get_ident().is_some_and(is_constant));
            match last.arguments.is_none() {
                true => true,
                false if holds => type_arguments(last).next().is_some_and(may_be_no_module),
                false => !MODULES.contains(&&*name) || type_arguments(last).any(may_be_argument),
            }
        }),
        _ => false,
    }
}

/// Whether a type may be no module, and is not known to derive that.
pub(super) fn is_doubtful(ty: &Type) -> bool {
    may_be_no_module(ty) && !is_derived(ty)
}

/// Whether a type of this name derives `Module` in the same file, above.
fn is_derived(ty: &Type) -> bool {
    match ty {
        Type::Array(array) => is_derived(&array.elem),
        Type::Path(TypePath { qself: None, path, .. }) if path.segments.len() == 1 => {
            known::derives(&path.segments[0].ident, "Module")
        }
        _ => false,
    }
}

/// Whether a name may be that of a constant, or of a type such as `Tied`.
fn is_constant(name: &Ident) -> bool {
    name.to_string().starts_with(char::is_uppercase)
}
