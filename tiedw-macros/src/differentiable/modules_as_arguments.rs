//! Modules as arguments that rustc would report at each place in generated code: trait objects of differentiable traits,
//! parameters, and modules in containers. [`Method::read`](super::method::Method::read) reports other modules.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{
    Attribute, FnArg, GenericArgument, ImplItem, ImplItemFn, ItemImpl, ItemTrait, Pat, PatType, Path,
    PathArguments, PathSegment, Signature, TraitItem, Type, TypeParamBound, TypePath, TypeTraitObject,
    parse_quote,
};

use super::imported_definition;
use super::method::{layer, refuse};
use crate::errors::Errors;
use crate::source_text::source_text;
use crate::visit::{self, Visit};
use crate::{beside, known};

/// Reports those of the methods of a block, which then take any data.
pub(super) fn of_block(block: &mut ItemImpl, errors: &mut Errors) {
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member {
            of_method(function, block.impl_token.span, errors);
        }
    }
}

/// Reports those of a function, which then takes any data, and has no body.
pub(super) fn of_function(function: &mut ImplItemFn, errors: &mut Errors) {
    let at = function.sig.fn_token.span;
    of_method(function, at, errors);
}

fn of_method(function: &mut ImplItemFn, at: Span, errors: &mut Errors) {
    if of_signature(&mut function.sig, at, errors) {
        refuse(function);
    }
}

/// Reports those of the methods of a trait, which then take any data, and have no default bodies.
pub(super) fn of_trait(definition: &mut ItemTrait, errors: &mut Errors) {
    for member in &mut definition.items {
        if let TraitItem::Fn(function) = member
            && of_signature(&mut function.sig, definition.trait_token.span, errors)
            && let Some(body) = &mut function.default
        {
            *body = parse_quote!({ ::core::unimplemented!() });
        }
    }
}

/// Returns whether there is one. `at` is a token of the item that the function is, or is in.
fn of_signature(signature: &mut Signature, at: Span, errors: &mut Errors) -> bool {
    let mut is_found = false;
    for input in &mut signature.inputs {
        let FnArg::Typed(argument) = input else { continue };
        if let Some((ty, message)) = mistake(argument, at) {
            errors.at(ty, message);
            if !matches!(&*argument.pat, Pat::Ident(_)) {
                *argument.pat = parse_quote!(_);
            }
            *argument.ty = anything();
            argument.attrs.push(parse_quote!(#[constant]));
            is_found = true;
        }
    }
    is_found
}

fn anything() -> Type {
    parse_quote!(impl ::core::marker::Sized)
}

/// Whether an argument is reported here, or was, as the type shows that replaced it.
pub(super) fn is_mistake(argument: &PatType, at: Span) -> bool {
    let ty = &argument.ty;
    mistake(argument, at).is_some()
        || ty.to_token_stream().to_string() == anything().to_token_stream().to_string()
}

/// What is wrong with the type of an argument, and where.
fn mistake(argument: &PatType, at: Span) -> Option<(Box<dyn ToTokens>, String)> {
    let mut objects = Objects(None);
    objects.visit_type(&argument.ty);
    if let Some(of) = objects.0 {
        let message = "a differentiable trait has no trait objects, and a module is no argument: hold it in a field of a type parameter, \
                       as in `struct Net<E> { encoder: E }`";
        return Some((Box::new(of), message.into()));
    }
    let is_constant = |attribute: &Attribute| attribute.path().is_ident("constant");
    if argument.attrs.iter().any(is_constant) || matches!(&*argument.pat, Pat::Wild(_)) {
        return None;
    }
    let mut contained = Contained { at, found: None, is_inside: false };
    contained.look(&argument.ty);
    let (found, is_inside) = contained.found?;
    let last = found.path.segments.last()?;
    let name = &last.ident;
    let message = match (tensor(last, at), &*argument.pat) {
        (Some(tensor), Pat::Ident(argument)) if !is_inside => {
            let argument = &argument.ident;
            format!(
                "a `{name}` is a parameter of a module, and no argument: take a tensor, `{argument}: &{tensor}`, for which a parameter is \
                 passed by reference, as in `&self.{argument}`"
            )
        }
        (Some(tensor), _) => format!(
            "a `{name}` is a parameter of a module, and no argument: take a `{tensor}` in its place, or write a method of the module that \
             holds it"
        ),
        (None, _) => format!(
            "a `{name}` is a module, and a module is no argument, nor is a list of some: write a method of the module that holds them"
        ),
    };
    Some((Box::new(found), message))
}

/// The differentiable trait of a trait object.
struct Objects(Option<Path>);

impl Visit<'_> for Objects {
    fn visit_type_trait_object(&mut self, object: &TypeTraitObject) {
        let paths = object.bounds.iter().filter_map(|bound| match bound {
            TypeParamBound::Trait(bound) => Some(&bound.path),
            _ => None,
        });
        self.0 = paths.into_iter().find(|path| imported_definition::is_differentiable(path)).cloned();
        visit::visit_type_trait_object(self, object);
    }
}

/// A parameter, or a module in a container.
struct Contained {
    at: Span,
    /// The type, and whether it is in a container.
    found: Option<(TypePath, bool)>,
    is_inside: bool,
}

impl Contained {
    fn look(&mut self, ty: &Type) {
        match ty {
            Type::Reference(reference) => self.look(&reference.elem),
            Type::Paren(inner) => self.look(&inner.elem),
            Type::Group(inner) => self.look(&inner.elem),
            Type::Slice(inner) => self.look_inside(&inner.elem),
            Type::Array(inner) => self.look_inside(&inner.elem),
            Type::Tuple(tuple) => tuple.elems.iter().for_each(|elem| self.look_inside(elem)),
            Type::Path(path) => {
                let Some(last) = path.path.segments.last() else { return };
                if ["Vec", "Option", "Box"].iter().any(|container| last.ident == container)
                    && let PathArguments::AngleBracketed(arguments) = &last.arguments
                    && let Some(GenericArgument::Type(inner)) = arguments.args.first()
                {
                    self.look_inside(inner);
                } else if tensor(last, self.at).is_some() || self.is_inside && self.is_module(ty) {
                    self.found.get_or_insert((path.clone(), self.is_inside));
                }
            }
            _ => {}
        }
    }

    fn is_module(&self, ty: &Type) -> bool {
        layer(ty).is_some_and(|name| known::derives(name, "Module") || beside::is_of_library(name, self.at))
    }

    fn look_inside(&mut self, ty: &Type) {
        let outer = std::mem::replace(&mut self.is_inside, true);
        self.look(ty);
        self.is_inside = outer;
    }
}

/// The tensor that a parameter is passed for; `None` if the type is no parameter.
fn tensor(ty: &PathSegment, at: Span) -> Option<String> {
    let name = &ty.ident;
    let skipped = match &*name.to_string() {
        "Vector" => 0,
        "Matrix" => 1,
        "Filter1d" | "Filter2d" => usize::MAX,
        _ => return None,
    };
    if known::derives(name, "Value") || !beside::is_of_library(name, at) {
        return None;
    }
    let arguments = match &ty.arguments {
        PathArguments::AngleBracketed(arguments) if skipped < arguments.args.len() => {
            let arguments = arguments.args.iter().skip(skipped);
            let written: Vec<_> =
                arguments.map(|argument| source_text(&argument.to_token_stream())).collect();
            format!("<{}>", written.join(", "))
        }
        _ => "<..>".into(),
    };
    Some(format!("Tensor{arguments}"))
}
