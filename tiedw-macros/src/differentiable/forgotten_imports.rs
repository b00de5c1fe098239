//! Companions of traits that are imported without them, as `CellView` of `Cell` in `use cells::Cell`. rustc would report each place
//! that needs the companion.
//!
//! The import is written in generated code, and the first place is reported.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Item, ItemImpl, ItemTrait, Path, TypeParamBound};

use super::forgotten_companions::calls_method_of;
use super::imported_definition::{elsewhere, path_of_module};
use super::method::traits_of;
use super::trait_definition::view_name;
use crate::beside::{self, Import};
use crate::errors::Errors;
use crate::known;
use crate::source_text::source_text;

/// Reports those that an impl block needs, and imports them.
pub(super) fn of_block(block: &ItemImpl, errors: &mut Errors) -> TokenStream {
    let (at, attributes) = (block.impl_token.span, &block.attrs);
    let mut imports = TokenStream::new();
    if let Some((path, _)) = &block.trait_ {
        imports.extend(forgotten(path, at).and_then(|_| import(path, at, attributes, errors)));
    }
    for param in block.generics.type_params() {
        let ty = &param.ident;
        for bound in traits_of(&syn::parse_quote!(#ty), &block.generics) {
            let needed =
                forgotten(&bound.path, at).and_then(|definition| calls_method_of(ty, block, definition));
            if needed == Some(true) {
                imports.extend(import(&bound.path, at, attributes, errors));
            }
        }
    }
    imports
}

/// Reports those of the supertraits of a trait, and imports them.
pub(super) fn of_trait(item: &ItemTrait, errors: &mut Errors) -> TokenStream {
    let supertraits = item.supertraits.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => Some(&bound.path),
        _ => None,
    });
    let forgotten = supertraits.filter(|path| forgotten(path, item.trait_token.span).is_some());
    forgotten.filter_map(|path| import(path, item.trait_token.span, &item.attrs, errors)).collect()
}

/// The definition of a trait whose companion the file does not name.
fn forgotten(of: &Path, at: Span) -> Option<ItemTrait> {
    let name = &of.segments.last()?.ident;
    let view = view_name(name).to_string();
    if known::is_named_in_file(name.span(), &view) {
        return None;
    }
    let definition = elsewhere(of)?;
    // A glob may bring it in.
    let is_glob = |item: &Item| match item {
        Item::Use(import) => {
            Import::of(&import.tree, name) == Import::Glob && !beside::imports_of_library(&import.tree)
        }
        Item::Macro(_) => true,
        _ => false,
    };
    (!beside::items(at)?.iter().any(is_glob)).then_some(definition)
}

/// Imports the companion of a trait, and reports it, unless another item of the module does.
fn import(of: &Path, at: Span, attributes: &[Attribute], errors: &mut Errors) -> Option<TokenStream> {
    let name = &of.segments.last()?.ident;
    let (module, view) = (path_of_module(of)?, view_name(name));
    let key = format!("import of {view}");
    if known::earlier(&key, at, attributes).is_some() {
        return Some(TokenStream::new());
    }
    let written = match of.segments.len() {
        1 => quote!(use #module::{#name, #view}),
        _ => quote!(use #module::#view),
    };
    let written = source_text(&written).replace("{ ", "{").replace(" }", "}");
    errors.at(of, format_args!("the companion of `{name}` is not imported: write `{written}`"));
    Some(quote!(#[allow(unused_imports)] use #module::#view;))
}
