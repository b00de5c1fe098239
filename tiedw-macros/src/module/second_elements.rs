//! A second element type in a generic module, as in `struct Net<E: Element, F: Element> { a: Vector<4, E>, b: Vector<4, F> }`.
//! rustc would report it in each place of the generated code.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Data, DeriveInput, Field, GenericArgument, PathArguments, Type, TypePath};

use super::arguments::place_of_element;
use super::attr;
use crate::beside;
use crate::differentiable::method::is_element;
use crate::errors::Errors;
use crate::source_text::source_text;
use crate::visit::{self, Visit};

/// Reports the first field with other elements than one before; returns whether there is one.
pub(super) fn report(input: &DeriveInput, errors: &mut Errors) -> bool {
    let Data::Struct(data) = &input.data else { return false };
    let is_module = |field: &&Field| !attr::field(&field.attrs, &mut Errors::default()).skip;
    let fields: Vec<_> = data
        .fields
        .iter()
        .filter(is_module)
        .filter_map(|field| {
            let mut elements = Elements { input, found: None };
            elements.visit_type(&field.ty);
            Some((field, elements.found?))
        })
        .collect();
    let Some((first_field, first)) = fields.first() else { return false };
    let Some((_, other)) = fields.iter().find(|(_, element)| element != first) else { return false };
    let named = first_field.ident.as_ref().map(ToString::to_string);
    errors.at(
        other,
        format_args!(
            "the parameters of a module have one element type, and `{}` has `{first}`: write `{first}` here",
            named.unwrap_or_else(|| source_text(&first_field.ty.to_token_stream())),
        ),
    );
    true
}

/// The parameter of a struct that is the element type of a layer or a parameter of this crate.
struct Elements<'i> {
    input: &'i DeriveInput,
    found: Option<Ident>,
}

impl Visit<'_> for Elements<'_> {
    fn visit_type_path(&mut self, path: &TypePath) {
        if let Some(last) = path.path.segments.last()
            && let Some(place) = place_of_element(&last.ident)
            && let PathArguments::AngleBracketed(arguments) = &last.arguments
            && let Some(GenericArgument::Type(Type::Path(element))) = arguments.args.iter().nth(place)
            && let Some(element) = element.path.get_ident()
            && is_element(element, &self.input.generics)
            && beside::is_of_library(&last.ident, self.input.ident.span())
        {
            self.found.get_or_insert(element.clone());
        }
        visit::visit_type_path(self, path);
    }
}
