//! One error for a field that is no module, or no layer where it has to be one.
//!
//! All that is generated asks the fields for what they are as modules, so rustc would report each place. Therefore a
//! constant asks once, and a field that is none makes it an error; the code names the fields' types through it. (See
//! `differentiable/checked.rs`, which does so for bodies.)

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::generics::type_arguments;
use super::model::{Module, Role};
use super::span::at;

/// Replaces the types of the fields, where one of them may be no module, and returns the constant.
///
/// Of a generic struct it replaces none: the constant would depend on a type.
pub(super) fn check(module: &mut Module) -> Option<TokenStream> {
    if !module.generics.params.is_empty() || !module.modules().any(|field| may_be_no_module(&field.ty)) {
        return None;
    }
    let (private, name) = (module.private_path(), module.name.clone());
    let constant = Ident::new("__FIELDS", Span::mixed_site());
    let is_layer = module.glue.is_some();
    let mut questions = Vec::new();
    for field in &mut module.fields {
        if matches!(field.role, Role::Skipped) {
            continue;
        }
        let (ty, span) = (&field.ty, field.ty.span());
        let there = at(&private, span);
        questions.push(if is_layer && !field.is_parameter() {
            quote_spanned!(span=> let _ = <#ty as #there::Apply>::apply;)
        } else {
            quote_spanned!(span=> let _ = <#ty as #there::Module>::SPEC;)
        });
        let checked = quote_spanned! {span=>
            <#private::Body<{ #name::#constant }> as #private::Checked<#ty>>::Type
        };
        field.written = Some(std::mem::replace(&mut field.ty, Type::Verbatim(checked)));
    }
    Some(quote! {
        impl #name {
            #[doc(hidden)]
            const #constant: usize = {
                let _ = || { #(#questions)* };
                0
            };
        }
    })
}

/// Whether a type may be that of a user's struct which is no module: a name without arguments, or a list of such.
fn may_be_no_module(ty: &Type) -> bool {
    match ty {
        Type::Array(array) => may_be_no_module(&array.elem),
        Type::Paren(inner) => may_be_no_module(&inner.elem),
        Type::Group(inner) => may_be_no_module(&inner.elem),
        Type::Tuple(tuple) => tuple.elems.iter().any(may_be_no_module),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let holds = ["Vec", "Option", "Tied", "Frozen"].iter().any(|name| last.ident == name);
            last.arguments.is_none() || holds && type_arguments(last).any(may_be_no_module)
        }),
        _ => false,
    }
}
