//! Mistakes that a body alone shows. rustc would report them of generated code as well, or name what only that has.

mod awaited;
mod closures;
mod drawn_again;
pub(super) mod generators;
pub(crate) mod hiding;
mod inner_imports;
mod loop_exits;
mod misnamed;
mod shadowed;

use syn::Block;

pub(super) use self::generators::borrowed_generator;
use crate::errors::Errors;

/// Reports the mistakes of a body. Returns whether there is one.
pub(super) fn report(body: &Block, errors: &mut Errors) -> bool {
    let mut found = Errors::default();
    loop_exits::report(body, &mut found);
    awaited::report(body, &mut found);
    closures::report(body, &mut found);
    drawn_again::report(body, &mut found);
    generators::report(body, &mut found);
    hiding::report(body, &mut found);
    inner_imports::report(body, &mut found);
    misnamed::report(body, &mut found);
    shadowed::report(body, &mut found);
    let is_found = !found.is_empty();
    errors.append(found);
    is_found
}
