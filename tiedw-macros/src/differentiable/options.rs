//! The options of the attribute.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Path, parse_quote};

use crate::errors::Errors;
use crate::module::nearest;

/// The options of `#[differentiable(..)]`.
pub(super) struct Options {
    /// The path of the crate: that of `crate = path`, or `::tiedw`.
    pub(super) krate: Path,
    /// The `trait` in `#[differentiable(trait)]`: the definition of the trait is differentiable, too.
    pub(super) of_trait: Option<Ident>,
    /// Whether the impl block is that of a struct or an enum of values.
    pub(super) is_of_value: bool,
    /// Whether functions call each other in a circle that is not seen here.
    pub(super) is_recursive: bool,
}

impl Options {
    pub(super) fn read(options: TokenStream, errors: &mut Errors) -> Self {
        let (mut krate, mut of_trait, mut is_of_value, mut is_recursive) = (None, None, false, false);
        let parser = syn::meta::parser(|meta| {
            if meta.path.is_ident("crate") {
                krate = Some(meta.value()?.parse()?);
                return Ok(());
            }
            if meta.path.is_ident("trait") {
                of_trait = meta.path.get_ident().cloned();
                return Ok(());
            }
            if meta.path.is_ident("value") {
                is_of_value = true;
                return Ok(());
            }
            if meta.path.is_ident("recursive") {
                is_recursive = true;
                return Ok(());
            }
            let written = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            // It is taken for what it is meant to be, so that nothing else is reported.
            let meant = nearest(&written, ["trait", "value", "recursive"]).unwrap_or_default();
            match meant {
                "value" => is_of_value = true,
                "trait" => of_trait = meta.path.get_ident().cloned(),
                "recursive" => is_recursive = true,
                _ => {
                    return Err(meta.error(
                        "unknown option of `differentiable`; it has `trait`, `value`, `recursive` and `crate = path`",
                    ));
                }
            }
            Err(meta.error(format_args!("unknown option of `differentiable`; did you mean `{meant}`?")))
        });
        errors.ok(parser.parse2(options));
        let krate = krate.unwrap_or_else(|| parse_quote!(::tiedw));
        Options { krate, of_trait, is_of_value, is_recursive }
    }

    /// Reports the option `trait` on an item that is no impl of a differentiable trait.
    pub(super) fn refuse_trait(&self, message: &str, errors: &mut Errors) {
        if let Some(option) = &self.of_trait {
            errors.at(option.unraw(), message);
        }
    }
}
