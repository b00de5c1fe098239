//! Tensors of elements other than `f32` and `f64` in signatures, as in `fn f(classes: &Tensor<1, i64>)`. rustc would report each place in
//! generated code that names them.

use proc_macro2::{Ident, Span};
use syn::{
    DeriveInput, FnArg, GenericArgument, ImplItem, ImplItemFn, ItemImpl, ItemTrait, PathArguments,
    ReturnType, Signature, TraitItem, Type, parse_quote,
};

use super::method::refuse;
use crate::beside;
use crate::errors::Errors;
use crate::visit_mut::{self, VisitMut};

/// Reports such types of a function, which then has others, and no body.
pub(super) fn of_function(function: &mut ImplItemFn, errors: &mut Errors) {
    let at = function.sig.ident.span();
    if mend(&mut function.sig, at, errors) {
        refuse(function);
    }
}

/// The same of the methods of a block.
pub(super) fn of_block(block: &mut ItemImpl, errors: &mut Errors) {
    let at = block.impl_token.span;
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member
            && mend(&mut function.sig, at, errors)
        {
            refuse(function);
        }
    }
}

/// The same of the methods of a trait.
pub(super) fn of_trait(definition: &mut ItemTrait, errors: &mut Errors) {
    let at = definition.trait_token.span;
    for member in &mut definition.items {
        if let TraitItem::Fn(function) = member
            && mend(&mut function.sig, at, errors)
            && let Some(block) = &mut function.default
        {
            *block = parse_quote!({ ::core::unimplemented!() });
        }
    }
}

/// Replaces such types of fields. rustc reports them in the type.
pub(crate) fn of_type(input: &mut DeriveInput) {
    let mut unsaid = Errors::default();
    OtherElements { at: input.ident.span(), errors: &mut unsaid, is_found: false }
        .visit_derive_input_mut(input);
}

/// Returns whether a signature has such types, which are replaced.
fn mend(signature: &mut Signature, at: Span, errors: &mut Errors) -> bool {
    let mut others = OtherElements { at, errors, is_found: false };
    for input in &mut signature.inputs {
        if let FnArg::Typed(argument) = input {
            others.visit_type_mut(&mut argument.ty);
        }
    }
    if let ReturnType::Type(_, output) = &mut signature.output {
        others.visit_type_mut(output);
    }
    others.is_found
}

struct OtherElements<'e> {
    /// A token of the item.
    at: Span,
    errors: &'e mut Errors,
    is_found: bool,
}

impl VisitMut for OtherElements<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(path) = ty
            && path.qself.is_none()
            && let Some(last) = path.path.segments.last_mut().filter(|last| last.ident == "Tensor")
            && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
            && let Some(GenericArgument::Type(element)) = arguments.args.iter_mut().nth(1)
            && let Some(name) = number(element)
            && beside::is_of_library(&last.ident, self.at)
        {
            let help = match &*name.to_string() {
                "bool" => "a mask is a `Mask`",
                name if name.starts_with('f') => "cast them",
                _ => "for classes and tokens, take `Ids`",
            };
            let message = format_args!("the elements of a tensor are `f32` or `f64`, not `{name}`; {help}");
            self.errors.at(&name, message);
            self.is_found = true;
            *element = parse_quote!(::core::primitive::f32);
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

/// The name of a number that is no element.
fn number(ty: &Type) -> Option<Ident> {
    const NUMBERS: [&str; 15] = [
        "bool", "f16", "f128", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
        "usize",
    ];
    let Type::Path(path) = ty else { return None };
    let name = path.path.get_ident()?;
    NUMBERS.iter().any(|number| name == number).then(|| name.clone())
}
