//! `#[derive(Module)]`: attributes -> model of the struct -> checked ties -> code.

mod arguments;
mod attr;
mod bind;
mod check;
mod closed;
mod expand;
mod fallback;
mod fields;
mod from_shapes;
mod generic_fields;
mod generics;
mod glue;
#[cfg(test)]
mod half_written;
mod ill_formed;
mod implementation;
mod init;
mod init_by_path;
mod lift;
mod model;
mod names;
mod of_view;
mod open_ties;
mod own_name;
mod resized;
mod second_elements;
mod settings;
mod source;
mod span;
mod spec;
mod suggest;
mod ties;
mod tuples;
pub(crate) mod unknown;
mod view;
mod visit;

pub(crate) use fields::MODULES;
pub(crate) use generics::own_lifetimes;
pub(crate) use model::is_enum;
use proc_macro2::TokenStream;
pub(crate) use suggest::nearest;
use syn::DeriveInput;

use crate::differentiable::{
    forgotten_bounds, forgotten_elements, known_fields, known_settings, layer, missing_gradients, recursion,
};
use crate::errors::{self, Errors};
use crate::known;
use crate::value::lifetimes;

/// Expands the derive.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    repeated(input).unwrap_or_else(|| derive_forgotten(input))
}

/// What a derive becomes that is not the first of its struct or of its name.
fn repeated(input: &DeriveInput) -> Option<TokenStream> {
    if known::is_derived_twice(input, "Module") {
        return Some(errors::derived_twice(&input.ident, "Module"));
    }
    // rustc reports a second struct of the name.
    known::is_second_type(input, "Module").then(TokenStream::new)
}

/// Expands the derive for a struct that is known by an impl block alone.
pub(crate) fn derive_forgotten(input: &DeriveInput) -> TokenStream {
    derive_by(input, expanded)
}

/// Expands the derive for a struct that was reported, of which nothing else is.
pub(crate) fn derive_reported(input: &DeriveInput) -> TokenStream {
    repeated(input).unwrap_or_else(|| derive_by(input, |input| code(input, &mut Errors::default())))
}

fn derive_by(input: &DeriveInput, expand: fn(&DeriveInput) -> TokenStream) -> TokenStream {
    let mut input = input.clone();
    own_lifetimes(&mut input.generics);
    own_name::in_place_of_self(&mut input);
    lifetimes::declare(&mut input);
    names::apart(&input, expand)
}

/// Expands the derive. A struct with a mistake still becomes a module, so that each mistake causes one error.
fn expanded(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let code = code(input, &mut errors);
    let errors = errors.into_tokens();
    quote::quote!(#errors #code)
}

fn code(input: &DeriveInput, errors: &mut Errors) -> TokenStream {
    let options = attr::StructOptions::read(&input.attrs, errors);
    let whole = input;
    if let Some((input, checks)) = ill_formed::repaired(whole, &options.krate()) {
        unknown::note(&whole.ident, input.is_none());
        let stub = input.map(|input| fallback::expand(&input, &options.krate()));
        return quote::quote!(#checks #stub);
    }
    unknown::note(&whole.ident, false);
    let mut input = whole.clone();
    forgotten_elements::of_type(&mut input, &options.krate());
    let has_two_elements = second_elements::report(&input, errors);
    let module = model::Module::read(&input, &options, errors).filter(|_| !has_two_elements);
    unknown::note_fields(&whole.ident, module.is_none() && !fallback::has_all_fields(&input));
    match module {
        Some(mut module) => {
            recursion::note(&input.ident, module.holds_itself());
            forgotten_bounds::note(&input, module.elem_module(), &module.generic_parts());
            known_fields::note(&input);
            known_settings::note(&input, module.settings());
            let order = check::order(&mut module, errors);
            let (check, names) = fields::name(&mut module).unwrap_or_default();
            let code = expand::expand(&module, &order, &names);
            let of_layer = layer::without_attribute(&input.ident, &options.krate(), errors);
            let of_methods = missing_gradients::without_attribute(&input.ident, &options.krate());
            quote::quote!(#check #code #of_layer #of_methods)
        }
        None => fallback::expand(&input, &options.krate()),
    }
}
