//! Fields with tuples in containers, such as `Option<(Linear<D, 4>, LayerNorm<D>)>`.

use syn::Type;

use super::model::Module;
use crate::visit::{self, Visit};

/// Whether a bound on another field, by which its type is a module, would hide what elements that type has: the elements of a
/// tuple have one type, which the compiler then cannot see.
pub(super) fn hides_elements(module: &Module) -> bool {
    module.modules().count() > 1 && module.modules().any(|field| has_tuple_within(&field.ty))
}

/// Whether a type contains a tuple of modules in a container, or the other way round.
fn has_tuple_within(ty: &Type) -> bool {
    struct Tuples(bool);
    impl<'ast> Visit<'ast> for Tuples {
        fn visit_type(&mut self, ty: &'ast Type) {
            self.0 |= matches!(ty, Type::Tuple(tuple) if tuple.elems.len() > 1);
            visit::visit_type(self, ty);
        }
    }
    let is_container = |ty: &Type| {
        let Type::Path(path) = ty else { return false };
        let last = path.path.segments.last();
        last.is_some_and(|last| ["Option", "Vec"].iter().any(|container| last.ident == container))
    };
    if let Type::Tuple(tuple) = ty {
        return tuple.elems.iter().any(|element| is_container(element) || has_tuple_within(element));
    }
    let mut tuples = Tuples(false);
    tuples.visit_type(ty);
    tuples.0
}
