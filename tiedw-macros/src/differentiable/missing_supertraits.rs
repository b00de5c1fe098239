//! Supertraits that the module of an impl lacks, as `Encoder` in `impl Deep for Net` of `trait Deep: Encoder`. rustc would report
//! them for the module, for its view and for the companion of the trait.
//!
//! Both impls assume the companions of those for which no file shows an impl, so that rustc reports the module alone. It reports
//! nothing if there is an impl.

use syn::{ItemImpl, Path};

use super::impls::{self, Found};
use super::{definition_of, imported_definition, known_traits};

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
