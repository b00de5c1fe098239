//! Supertraits that the module of an impl lacks, as `Encoder` in `impl Deep for Net` of `trait Deep: Encoder`. rustc would report
//! them for the module, for its view and for the companion of the trait.
//!
//! A missing `Layer` is reported here, and the impl is left out: to assume its companion would hide its types. Of others, both impls assume the companions of those for which no file shows an impl, so that rustc reports the module alone. It reports
//! nothing if there is an impl.

use quote::ToTokens;
use syn::{ItemImpl, Path, Type, TypeParamBound};

use super::impls::{self, Found};
use super::{definition_of, forgotten_attributes, imported_definition, known_traits};
use crate::beside;
use crate::errors::Errors;
use crate::source_text::source_text;

/// The supertraits of the trait of an impl for which no impl with companions is seen, by paths that the module of the impl knows.
#[derive(Default)]
pub(super) struct Missing(pub(super) Vec<Path>);

impl Missing {
    /// Finds them. Those with associated types are left out, since a bound would hide what these are.
    pub(super) fn of(item: &ItemImpl) -> Self {
        let Some((path, _)) = &item.trait_ else { return Missing::default() };
        let missing = known_traits::ancestors_without_types(path).into_iter().filter_map(|ancestor| {
            let name = &ancestor.segments.last()?.ident;
            (impls::find(name, &item.self_ty) != Found::Maybe).then_some(())?;
            visible(&ancestor, path)
        });
        Missing(missing.collect())
    }
}

/// Reports a module that certainly is no layer, as the trait of an impl requires; returns whether it is none.
pub(super) fn lacks_layer(block: &ItemImpl, errors: &mut Errors) -> bool {
    let Some((of, _)) = &block.trait_ else { return false };
    let Some(head) = known_traits::head(of) else { return false };
    let of_layers = head.supertraits.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last().filter(|last| last.ident == "Layer")?;
            beside::is_of_library(&last.ident, block.impl_token.span).then_some(&last.ident)
        }
        _ => None,
    });
    let Some(layer) = of_layers else { return false };
    let Type::Path(own) = &*block.self_ty else { return false };
    let Some(name) = own.path.get_ident().or(own.path.segments.last().map(|last| &last.ident)) else {
        return false;
    };
    // The derive may make it a layer.
    let Some(input) = forgotten_attributes::type_beside(name, block.impl_token.span) else { return false };
    if input.attrs.iter().any(|attribute| attribute.path().is_ident("module"))
        || impls::find(layer, &block.self_ty) != Found::Nowhere
    {
        return false;
    }
    let (of, own) = (source_text(&of.to_token_stream()), source_text(&own.to_token_stream()));
    errors.at(
        &block.self_ty,
        format_args!(
            "`{of}` is for layers, and `{own}` is none: write `#[differentiable] impl Layer for {own}` with its `Input`, its \
             `Output` and its `forward`"
        ),
    );
    true
}

/// The path of a supertrait where the path of its trait has a meaning.
fn visible(ancestor: &Path, of: &Path) -> Option<Path> {
    let last = ancestor.segments.last()?;
    let name = &of.segments.last()?.ident;
    if of.segments.len() == 1 && definition_of::is_beside(name) {
        return Some(ancestor.clone());
    }
    let mut path = imported_definition::path_of_module(of)?;
    (imported_definition::are_beside(name, &last.ident)).then(|| {
        path.segments.push(last.clone());
        path
    })
}
