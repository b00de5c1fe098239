//! Fields with tuples in containers, such as `Option<(Linear<D, 4>, LayerNorm<D>)>`.

use syn::Type;

use super::model::Module;
use crate::visit::{self, Visit};

/// Whether a bound on another field, by which its type is a module, would hide what elements that type has: the elements of a
/// tuple have one type, which the compiler then cannot see.
pub(super) fn hides_elements(module: &Module) -> bool {
    module.modules().count() > 1 && module.modules().any(|field| has_tuple_within(&field.ty))
}

/// Whether a type contains a tuple in an `Option` or a `Vec`, or the other way round.
fn has_tuple_within(ty: &Type) -> bool {
    #[derive(Default)]
    struct Tuples {
        in_container: bool,
        in_tuple: bool,
        found: bool,
    }
    impl<'ast> Visit<'ast> for Tuples {
        fn visit_type(&mut self, ty: &'ast Type) {
            let (in_container, in_tuple) = (self.in_container, self.in_tuple);
            if let Type::Tuple(_) = ty {
                self.found |= in_container;
                self.in_tuple = true;
            }
            if is_container(ty) {
                self.found |= in_tuple;
                self.in_container = true;
            }
            visit::visit_type(self, ty);
            (self.in_container, self.in_tuple) = (in_container, in_tuple);
        }
    }
    let mut tuples = Tuples::default();
    tuples.visit_type(ty);
    tuples.found
}

fn is_container(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| ["Option", "Vec"].iter().any(|container| last.ident == container))
}
