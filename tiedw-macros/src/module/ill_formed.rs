//! Types of fields with arguments that they do not take, such as `Vector<2, i8>`. rustc reports each in the struct, and
//! would again wherever generated code names it. Therefore the module becomes a stub with a type that is right in its place.

use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{
    Data, DeriveInput, Expr, GenericArgument, Path, PathArguments, PathSegment, Stmt, Type, TypeParamBound,
    TypePath, parse_quote,
};

use super::fields::MODULES;
use super::generics::type_arguments;
use super::model::is_number;
use super::{arguments, attr};
use crate::differentiable::checked::mentions;
use crate::differentiable::is_differentiable;
use crate::errors::Errors;
use crate::private::primitive;
use crate::{beside, known};

const PARAMETERS: [&str; 4] = ["Vector", "Matrix", "Filter1d", "Filter2d"];

/// The layers that take the type of their elements.
const OF_ELEMENTS: [&str; 4] = ["Dropout", "InstanceNorm", "MaxPool2d", "AvgPool2d"];

/// The layers that have a bias which may be left out.
const WITH_BIAS: [&str; 7] =
    ["Linear", "Conv1d", "Conv2d", "BatchNorm", "LayerNorm", "GroupNorm", "MultiHeadAttention"];

/// Replaces such types; returns checks that those are types of this crate, which rustc therefore reports, and the struct to
/// make a stub of, unless its own type is unknown. `None` if there are no such types.
pub(super) fn repaired(input: &DeriveInput, krate: &Path) -> Option<(Option<DeriveInput>, TokenStream)> {
    let is_generic = !input.generics.params.is_empty();
    let (mut input, owner) = (input.clone(), input.ident.clone());
    let sizes = input.generics.const_params().map(|param| param.ident.clone()).collect();
    let mut repair = Repair {
        krate,
        owner,
        sizes,
        checks: TokenStream::new(),
        is_generic,
        is_mended: false,
        is_unknown: false,
    };
    if let Data::Struct(data) = &mut input.data {
        let modules = data.fields.iter_mut();
        let modules = modules.filter(|field| !attr::field(&field.attrs, &mut Errors::default()).skip);
        modules.for_each(|field| repair.visit_type_mut(&mut field.ty));
    }
    let Repair { checks, is_mended, is_unknown, .. } = repair;
    (is_mended || !checks.is_empty()).then_some(((!is_unknown).then_some(input), checks))
}

struct Repair<'k> {
    krate: &'k Path,
    checks: TokenStream,
    owner: Ident,
    /// The const parameters of the struct.
    sizes: Vec<Ident>,
    is_generic: bool,
    /// Whether a type had a wrong number of arguments.
    is_mended: bool,
    /// Whether a field has no type at all, which rustc reports wherever the struct is named.
    is_unknown: bool,
}

impl VisitMut for Repair<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if is_object_of_modules(ty, &self.owner) || self.computes(ty) {
            self.is_mended = true;
            self.is_unknown = true;
            return;
        }
        let krate = self.krate;
        let Type::Path(path) = ty else { return };
        if path.qself.is_none() && arguments::mend(&mut path.path, &self.owner, krate) {
            self.is_mended = true;
            return;
        }
        let is_with_elem = path.path.segments.last().is_some_and(|last| last.ident == "WithElem");
        if self.is_generic && !is_with_elem {
            return;
        }
        let Some(last) = path.path.segments.last_mut() else { return };
        if last.ident == "WithoutBias" {
            let Some(layer) = type_arguments(last).next().cloned() else { return };
            if name(&layer).is_some_and(|name| MODULES.contains(&&*name) && !WITH_BIAS.contains(&&*name)) {
                last.arguments = PathArguments::AngleBracketed(parse_quote!(<#krate::layers::Linear<1, 1>>));
                let right = quote!(#krate::layers::WithoutBias<#krate::layers::Linear<1, 1>>);
                self.check(path, &right);
                self.is_unknown = true;
                *ty = layer;
            }
        } else if last.ident == "WithElem" {
            let types: Vec<Type> = type_arguments(last).cloned().collect();
            let [layer, element] = &types[..] else { return };
            if name(layer)
                .is_some_and(|name| !MODULES.contains(&&*name) && known::is_derived(&name, "Module"))
            {
                self.is_mended = true;
                self.is_unknown = true;
                *ty = layer.clone();
            } else if is_number(element) && !is_float(element) {
                last.arguments =
                    PathArguments::AngleBracketed(parse_quote!(<#krate::layers::Linear<1, 1>, f32>));
                let right = quote!(#krate::layers::WithElem<#krate::layers::Linear<1, 1>, f32>);
                self.check(path, &right);
                self.is_unknown = true;
                *ty = layer.clone();
            }
        } else if let Some(arguments) = without_wrong_arguments(last) {
            last.arguments = PathArguments::AngleBracketed(parse_quote!(<#arguments>));
            let (last, module) = (last.clone(), Ident::new(module(&last.ident), last.ident.span()));
            self.is_unknown |= !PARAMETERS.contains(&&*last.ident.to_string());
            self.check(path, &quote!(#krate::#module::#last));
        }
    }
}

impl Repair<'_> {
    /// Whether a type has a size that is computed from a const parameter, which rustc reports.
    fn computes(&self, ty: &Type) -> bool {
        let is_param =
            |token: &TokenTree| matches!(token, TokenTree::Ident(name) if self.sizes.contains(name));
        let computes = |size: &Expr| !matches!(size, Expr::Path(_)) && mentions(size, &is_param);
        match ty {
            Type::Array(array) => computes(&array.len),
            Type::Path(path) => path.path.segments.last().is_some_and(|last| match &last.arguments {
                PathArguments::AngleBracketed(arguments) => {
                    arguments.args.iter().any(|argument| match argument {
                        GenericArgument::Const(Expr::Block(block)) => match &block.block.stmts[..] {
                            [Stmt::Expr(size, None)] => computes(size),
                            _ => computes(&Expr::Block(block.clone())),
                        },
                        GenericArgument::Const(size) => computes(size),
                        _ => false,
                    })
                }
                _ => false,
            }),
            _ => false,
        }
    }

    fn check(&mut self, path: &TypePath, right: &TokenStream) {
        self.checks.extend(quote!(const _: fn(#path) -> #right = |same| same;));
    }
}

/// Whether a type is an object of a trait that has none, as `dyn Layer`. rustc reports the type in the struct.
fn is_object_of_modules(ty: &Type, owner: &Ident) -> bool {
    let Type::TraitObject(object) = ty else { return false };
    object.bounds.iter().any(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            let Some(last) = bound.path.segments.last() else { return false };
            let is_known = ["Layer", "Module"].iter().any(|name| last.ident == name);
            is_known && beside::is_of_library(&last.ident, owner.span()) || is_differentiable(&bound.path)
        }
        _ => false,
    })
}

/// The arguments before an element type other than `f32` and `f64`, or before one in the place of another argument, if there
/// is one.
fn without_wrong_arguments(last: &PathSegment) -> Option<Punctuated<GenericArgument, syn::Token![,]>> {
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let name = last.ident.to_string();
    let takes_floats = PARAMETERS.contains(&&*name) || OF_ELEMENTS.contains(&&*name);
    let place = arguments::place_of_element(&last.ident);
    let is_wrong = |(position, argument): &(usize, &GenericArgument)| match argument {
        GenericArgument::Type(ty) => {
            is_number(ty) && !(is_float(ty) && (takes_floats || place == Some(*position)))
        }
        _ => false,
    };
    let mut given = arguments.args.iter().enumerate();
    if !MODULES.contains(&&*name) || !given.clone().any(|argument| is_wrong(&argument)) {
        return None;
    }
    let wrong = given.position(|argument| is_wrong(&argument)).unwrap_or_default();
    Some(arguments.args.iter().take(wrong).cloned().collect())
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
