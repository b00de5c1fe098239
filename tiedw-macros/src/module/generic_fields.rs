//! The same as `fields.rs`, for a struct with parameters: one constant uses the module impls of the fields.
//!
//! A constant cannot depend on a parameter, so this one names constants of the same names in place of the const parameters:
//! what is a module for any size is one for each. Fields that depend on type parameters keep their types.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{GenericParam, Type, parse_quote};

use super::fields::{is_doubtful, is_layer_of, may_be_no_module};
use super::model::{Field, Module, Role, is_list_of};
use crate::private::private_at;

/// Names the types of the fields by what is computed from the constant, which is returned, if one of them may not be a module.
pub(super) fn name(module: &mut Module) -> Option<TokenStream> {
    let is_layer = module.glue.is_some();
    let may_be_other = if is_layer { may_be_no_module } else { is_doubtful };
    let is_doubtful = |field: &Field| is_named(module, field) && may_be_other(&field.ty);
    if module.generics.where_clause.is_some() || !module.fields.iter().any(is_doubtful) {
        return None;
    }
    let constant = format_ident!("__{}Fields", module.name);
    let (private, sizes) = (module.private_path(), sizes(module));
    let mut questions = TokenStream::new();
    for at in 0..module.fields.len() {
        let field = &module.fields[at];
        if matches!(field.role, Role::Skipped) || is_list_of(&field.written, &module.name) {
            continue;
        }
        let (ty, span, is_named) = (&field.ty, field.span, is_named(module, field));
        let there = private_at(span);
        if is_named {
            // A constant would be computed for these sizes.
            questions.extend(if is_layer && !field.is_parameter() {
                is_layer_of(ty, span)
            } else {
                quote_spanned!(span=> let _ = <#ty as #there::Module>::finish;)
            });
        }
        let checked: Type = parse_quote!(<#private::Body<{ #constant }> as #private::Checked<#ty>>::Type);
        let field = &mut module.fields[at];
        if is_named {
            field.ty = checked.clone();
        }
        field.outside = checked;
    }
    let short = crate::private::private();
    Some(quote! {
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        const #constant: ::core::primitive::usize = {
            use #private as #short;
            #sizes
            let _ = || { #questions };
            0
        };
    })
}

fn is_named(module: &Module, field: &Field) -> bool {
    !matches!(field.role, Role::Skipped)
        && !module.is_generic(&field.ty)
        && !is_list_of(&field.written, &module.name)
}

/// The const parameters as constants.
fn sizes(module: &Module) -> TokenStream {
    let of_param = |param: &GenericParam| {
        let GenericParam::Const(param) = param else { return TokenStream::new() };
        let (name, ty) = (&param.ident, &param.ty);
        let value = match &*ty.to_token_stream().to_string() {
            "bool" => quote!(false),
            "char" => quote!('_'),
            _ => quote!(1),
        };
        quote!(#[allow(dead_code, non_upper_case_globals)] const #name: #ty = #value;)
    };
    module.generics.params.iter().map(of_param).collect()
}
