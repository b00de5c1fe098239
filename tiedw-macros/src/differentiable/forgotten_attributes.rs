//! Attributes that are missing above the struct or the trait of an impl block, if it is in the same module. rustc would
//! report the items that they generate.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Data, DeriveInput, Item, ItemImpl, Type};

use super::definition_of;
use super::layer::is_layer;
use super::options::Options;
use super::origin::Origin;
use crate::errors::Errors;
use crate::module::nearest;
use crate::{beside, known};

/// Reports the attribute that the type or the trait of a block lacks. Returns what a derive would have generated.
pub(super) fn mend(block: &ItemImpl, options: &mut Options, errors: &mut Errors) -> TokenStream {
    of_trait(block, options, errors);
    of_type(block, options, errors).unwrap_or_default()
}

/// Whether there is no type of this name in this crate, which rustc reports.
pub(super) fn is_of_unknown_type(block: &ItemImpl) -> bool {
    // Other traits may be those of the user, for a layer of the library.
    if block.trait_.as_ref().is_some_and(|(path, _)| path.segments.len() != 1 || !is_layer(path)) {
        return false;
    }
    let Type::Path(path) = &*block.self_ty else { return false };
    let Some(name) = path.path.segments.last().filter(|_| path.path.segments.len() == 1) else {
        return false;
    };
    let is_derived = ["Module", "Value"].iter().any(|derive| known::derives(&name.ident, derive));
    !is_derived && !beside::may_define(&name.ident) && beside::is_of_library(&name.ident, name.ident.span())
}

fn of_type(block: &ItemImpl, options: &mut Options, errors: &mut Errors) -> Option<TokenStream> {
    let Type::Path(path) = &*block.self_ty else { return None };
    let name = &path.path.segments.last().filter(|_| path.path.segments.len() == 1)?.ident;
    let (wanted, other) = match options.is_of_value {
        true => ("Value", "Module"),
        false => ("Module", "Value"),
    };
    if known::derives(name, wanted) || !beside::defines_without_view(name) {
        return None;
    }
    let input = type_beside(name, name.span())?;
    let derives = beside::derives(&input.attrs)?;
    if derives.iter().any(|derive| derive == wanted) {
        return None;
    }
    if derives.iter().any(|derive| derive == other) {
        let (what, option) = match options.is_of_value {
            true => ("a module", "#[differentiable]"),
            false => ("a value", "#[differentiable(value)]"),
        };
        errors.at(path, format_args!("`{name}` is {what}: write `{option}` above this impl"));
        options.is_of_value = !options.is_of_value;
        return None;
    }
    if options.is_of_value || !matches!(input.data, Data::Struct(_)) {
        return None;
    }
    // The first block of several reports it.
    if known::earlier(&format!("derive forgotten on {name}"), block.impl_token.span, &block.attrs).is_some() {
        return Some(TokenStream::new());
    }
    // Of an attribute of the derive, rustc says that the derive is missing, and it says that one is misspelt.
    let is_misspelt = derives.iter().any(|derive| nearest(derive, ["Module"]).is_some());
    if !has_attribute_of_derive(&input) && !is_misspelt {
        errors
            .at(path, format_args!("`{name}` is no module: write `#[derive(Module)]` above `struct {name}`"));
    }
    Some(crate::module::derive_forgotten(&input))
}

fn of_trait(block: &ItemImpl, options: &mut Options, errors: &mut Errors) -> Option<()> {
    options.of_trait.as_ref()?;
    let (path, _) = block.trait_.as_ref()?;
    let name = &path.segments.last().filter(|_| path.segments.len() == 1)?.ident;
    if definition_of::is_noted(name) {
        return None;
    }
    let above = match Origin::of(name)? {
        Origin::Beside => format!("`#[differentiable]` above `trait {name}`, or "),
        Origin::Library => String::new(),
        // rustc reports it.
        Origin::Nowhere => {
            options.of_trait = None;
            return None;
        }
    };
    errors.at(
        path,
        format_args!(
            "`{name}` has no companions: write {above}`#[differentiable]` in place of `#[differentiable(trait)]` above this impl"
        ),
    );
    options.of_trait = None;
    None
}

/// The struct or the enum of this name in the module that an item starts in.
pub(crate) fn type_beside(name: &Ident, at: Span) -> Option<DeriveInput> {
    let mut types = beside::items(at)?.into_iter().filter_map(|item| match item {
        Item::Struct(item) if item.ident == *name => Some(item.into()),
        Item::Enum(item) if item.ident == *name => Some(item.into()),
        _ => None,
    });
    types.next()
}

fn has_attribute_of_derive(input: &DeriveInput) -> bool {
    let is_of_derive =
        |attribute: &Attribute| attribute.path().is_ident("module") || attribute.path().is_ident("tie");
    let fields = match &input.data {
        Data::Struct(data) => data.fields.iter().collect(),
        _ => Vec::new(),
    };
    let attributes = fields.iter().flat_map(|field| &field.attrs);
    input.attrs.iter().chain(attributes).any(is_of_derive)
}
