//! Lifetimes and sizes that a signature names and does not declare. Generated code repeats the signature, and rustc would report
//! them in each place.

use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote};
use syn::{
    FnArg, GenericArgument, GenericParam, Generics, ImplItem, ItemImpl, ItemTrait, Lifetime, PathArguments,
    ReturnType, Signature, TraitItem, Type, TypePath, parse_quote,
};

use super::forgotten_bounds;
use super::mistakes::generators;
use super::signature::name_of;
use crate::beside;
use crate::errors::Errors;
use crate::source_text::source_text;
use crate::visit::{self, Visit};

/// Reports such names of a function, and declares them.
pub(super) fn of_function(signature: &mut Signature, errors: &mut Errors) {
    let at = signature.fn_token.span;
    declare(signature, &Generics::default(), at, errors);
}

fn declare(signature: &mut Signature, outer: &Generics, at: Span, errors: &mut Errors) {
    for input in &mut signature.inputs {
        if let FnArg::Typed(argument) = input {
            generators::with_impl(&mut argument.ty, &signature.generics, at, errors);
        }
    }
    let generics = [&signature.generics, outer];
    let mut found = Undeclared { at, generics, params: Vec::new() };
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => found.visit_receiver(receiver),
            FnArg::Typed(argument) => found.visit_type(&argument.ty),
        }
    }
    if let ReturnType::Type(_, output) = &signature.output {
        found.visit_type(output);
    }
    let params = found.params;
    let function = signature.ident.clone();
    add(params, &mut signature.generics, |declared| format!("fn {function}<{declared}>"), errors);
}

/// Reports names that are not declared, and declares them. `whole` is the head of the item with its parameters.
fn add(
    params: Vec<GenericParam>,
    generics: &mut Generics,
    whole: impl Fn(&str) -> String,
    errors: &mut Errors,
) {
    for param in &params {
        match param {
            GenericParam::Lifetime(_) => generics.params.insert(0, param.clone()),
            _ => generics.params.push(param.clone()),
        }
    }
    let declared = source_text(&generics.params.to_token_stream());
    for param in &params {
        let written = match param {
            GenericParam::Lifetime(param) => param.lifetime.to_token_stream(),
            other => name_of(other).to_token_stream(),
        };
        let name = source_text(&written);
        errors.at(written, format_args!("`{name}` is not declared: write `{}`", whole(&declared)));
    }
}

/// The same of a block and its methods.
pub(super) fn of_block(block: &mut ItemImpl, errors: &mut Errors) {
    let at = block.impl_token.span;
    if let Type::Path(own) = &mut *block.self_ty
        && let Some(last) = own.path.segments.last_mut().filter(|last| last.arguments.is_none())
    {
        let lifetimes = vec![quote!('_); forgotten_bounds::lifetimes(&last.ident)];
        if !lifetimes.is_empty() {
            let name = last.ident.clone();
            last.arguments = PathArguments::AngleBracketed(parse_quote!(<#(#lifetimes),*>));
            let whole = source_text(&last.to_token_stream());
            errors.at(&name, format_args!("`{name}` has a lifetime: write `impl {whole}`"));
        }
    }
    let generics = Generics::default();
    let mut found = Undeclared { at, generics: [&block.generics, &generics], params: Vec::new() };
    if let Type::Path(own) = &*block.self_ty {
        for lifetime in own
            .path
            .segments
            .iter()
            .filter_map(|segment| match &segment.arguments {
                PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
                _ => None,
            })
            .flatten()
        {
            if let GenericArgument::Lifetime(lifetime) = lifetime {
                found.visit_lifetime(lifetime);
            }
        }
    }
    let params = found.params;
    add(params, &mut block.generics, |declared| format!("impl<{declared}>"), errors);
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member {
            declare(&mut function.sig, &block.generics, block.impl_token.span, errors);
        }
    }
}

/// The same of the methods of a trait.
pub(super) fn of_trait(definition: &mut ItemTrait, errors: &mut Errors) {
    for member in &mut definition.items {
        if let TraitItem::Fn(function) = member {
            declare(&mut function.sig, &definition.generics, definition.trait_token.span, errors);
        }
    }
}

struct Undeclared<'g> {
    /// A token of the item that the function is, or is in.
    at: Span,
    generics: [&'g Generics; 2],
    params: Vec<GenericParam>,
}

impl Undeclared<'_> {
    fn is_declared(&self, lifetime: &Lifetime) -> bool {
        let declared = self.generics.iter().flat_map(|generics| &generics.params).chain(&self.params);
        let mut lifetimes = declared.filter_map(|param| match param {
            GenericParam::Lifetime(param) => Some(&param.lifetime.ident),
            _ => None,
        });
        lifetime.ident == "static" || lifetime.ident == "_" || lifetimes.any(|other| *other == lifetime.ident)
    }

    /// Whether a name in the place of a size certainly stands for nothing.
    fn is_unknown(&self, name: &Ident) -> bool {
        let mut declared = self.generics.iter().flat_map(|generics| &generics.params).chain(&self.params);
        let is_size = name.to_string().chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || c == '_');
        is_size
            && name != "DYN"
            && !declared.any(|param| name_of(param) == Some(name))
            && !beside::may_be_item(name, self.at)
    }
}

impl<'ast> Visit<'ast> for Undeclared<'_> {
    fn visit_type(&mut self, ty: &'ast Type) {
        match ty {
            // They may declare lifetimes of their own.
            Type::FnPtr(_) | Type::TraitObject(_) | Type::ImplTrait(_) => {}
            ty => visit::visit_type(self, ty),
        }
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        if !self.is_declared(lifetime) {
            self.params.push(parse_quote!(#lifetime));
        }
    }

    fn visit_type_path(&mut self, path: &'ast TypePath) {
        if let Some(last) = path.path.segments.last().filter(|last| last.ident == "Tensor")
            && let PathArguments::AngleBracketed(arguments) = &last.arguments
            && let Some(GenericArgument::Type(Type::Path(size))) = arguments.args.first()
            && let Some(name) = size.path.get_ident()
            && self.is_unknown(name)
        {
            self.params.push(parse_quote!(const #name: usize));
        }
        visit::visit_type_path(self, path);
    }
}
