//! A second element type in a generic module, as in `struct Net<E: Element, F: Element> { a: Vector<4, E>, b: Vector<4, F> }`.
//! rustc would report it in each place of the generated code.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Data, DeriveInput, Field, GenericArgument, PathArguments, PathSegment, Type, TypePath};

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
    let Some((_, other)) = fields.iter().find(|(_, element)| element != first) else {
        return report_default(input, first, errors);
    };
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

/// Reports the first field whose elements are `f32`, where others have the elements of a parameter; returns whether there is one.
fn report_default(input: &DeriveInput, element: &Ident, errors: &mut Errors) -> bool {
    let Data::Struct(data) = &input.data else { return false };
    let mut fields =
        data.fields.iter().filter(|field| !attr::field(&field.attrs, &mut Errors::default()).skip);
    let Some((layer, last)) = fields.find_map(|field| of_default(&field.ty, input)) else { return false };
    let written = source_text(&layer.to_token_stream());
    let instead = match ["Matrix", "Vector"].iter().any(|parameter| last.ident == parameter) {
        true => format!("{}, {element}>", written.trim_end_matches('>')),
        false => format!("WithElem<{written}, {element}>"),
    };
    errors.at(
        layer,
        format_args!(
            "the parameters of a module have one element type, and these are `f32`: write `{instead}`"
        ),
    );
    true
}

/// A layer or a parameter of this crate whose element type is not written, also in a list or an option.
fn of_default<'t>(ty: &'t Type, input: &DeriveInput) -> Option<(&'t Type, &'t PathSegment)> {
    let path = match ty {
        Type::Array(list) => return of_default(&list.elem, input),
        Type::Path(path) => path,
        _ => return None,
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    if last.ident == "Vec" || last.ident == "Option" {
        return match arguments.args.first()? {
            GenericArgument::Type(inner) => of_default(inner, input),
            _ => None,
        };
    }
    // Those without weights are left to rustc.
    const WITHOUT_WEIGHTS: [&str; 4] = ["AvgPool2d", "Dropout", "InstanceNorm", "MaxPool2d"];
    let has_weights = WITHOUT_WEIGHTS.iter().all(|name| last.ident != name);
    let lacks_element = arguments.args.len() <= place_of_element(&last.ident)?;
    (has_weights && lacks_element && beside::is_of_library(&last.ident, input.ident.span()))
        .then_some((ty, last))
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
