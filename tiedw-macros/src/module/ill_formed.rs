//! Types of fields with arguments that they do not take, such as `Vector<2, i8>`. rustc reports each in the struct, and
//! would again wherever generated code names it. Therefore the module becomes a stub with a type that is right in its place.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Data, DeriveInput, GenericArgument, Path, PathArguments, PathSegment, Type, TypePath, parse_quote,
};

use super::attr;
use super::fields::MODULES;
use super::generics::type_arguments;
use super::model::is_number;
use crate::errors::Errors;
use crate::private::primitive;

const PARAMETERS: [&str; 4] = ["Vector", "Matrix", "Filter1d", "Filter2d"];

/// The layers that have a bias which may be left out.
const WITH_BIAS: [&str; 7] =
    ["Linear", "Conv1d", "Conv2d", "BatchNorm", "LayerNorm", "GroupNorm", "MultiHeadAttention"];

/// Replaces such types; returns checks that those are types of this crate, which rustc therefore reports. `None` if there
/// are none.
pub(super) fn repaired(input: &DeriveInput, krate: &Path) -> Option<(DeriveInput, TokenStream)> {
    if !input.generics.params.is_empty() {
        return None;
    }
    let mut input = input.clone();
    let mut repair = Repair { krate, checks: TokenStream::new() };
    if let Data::Struct(data) = &mut input.data {
        let modules = data.fields.iter_mut();
        let modules = modules.filter(|field| !attr::field(&field.attrs, &mut Errors::default()).skip);
        modules.for_each(|field| repair.visit_type_mut(&mut field.ty));
    }
    let checks = repair.checks;
    (!checks.is_empty()).then_some((input, checks))
}

struct Repair<'k> {
    krate: &'k Path,
    checks: TokenStream,
}

impl VisitMut for Repair<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        let krate = self.krate;
        let Type::Path(path) = ty else { return };
        let Some(last) = path.path.segments.last_mut() else { return };
        if last.ident == "WithoutBias" {
            let Some(layer) = type_arguments(last).next().cloned() else { return };
            if name(&layer).is_some_and(|name| MODULES.contains(&&*name) && !WITH_BIAS.contains(&&*name)) {
                last.arguments = PathArguments::AngleBracketed(parse_quote!(<#krate::layers::Linear<1, 1>>));
                let right = quote!(#krate::layers::WithoutBias<#krate::layers::Linear<1, 1>>);
                self.check(path, &right);
                *ty = layer;
            }
        } else if let Some(arguments) = without_wrong_arguments(last) {
            last.arguments = PathArguments::AngleBracketed(parse_quote!(<#arguments>));
            let (last, module) = (last.clone(), Ident::new(module(&last.ident), last.ident.span()));
            self.check(path, &quote!(#krate::#module::#last));
        }
    }
}

impl Repair<'_> {
    fn check(&mut self, path: &TypePath, right: &TokenStream) {
        self.checks.extend(quote!(const _: fn(#path) -> #right = |same| same;));
    }
}

/// The arguments before an element type other than `f32` and `f64`, if there is one.
fn without_wrong_arguments(last: &PathSegment) -> Option<Punctuated<GenericArgument, syn::Token![,]>> {
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let is_wrong = |argument: &&GenericArgument| matches!(argument, GenericArgument::Type(ty) if is_number(ty) && !is_float(ty));
    if !MODULES.contains(&&*last.ident.to_string())
        || !arguments.args.iter().any(|argument| is_wrong(&argument))
    {
        return None;
    }
    Some(arguments.args.iter().take_while(|argument| !is_wrong(argument)).cloned().collect())
}

fn is_float(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if primitive(&path.path).is_some_and(|name| name == "f32" || name == "f64"))
}

/// The name of a type.
fn name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    Some(path.path.segments.last()?.ident.to_string())
}

/// The module of this crate that has a type.
fn module(name: &Ident) -> &'static str {
    if PARAMETERS.contains(&&*name.to_string()) { "param" } else { "layers" }
}
