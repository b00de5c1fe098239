use super::{Module, Role};

/// A module with no open tie.
///
/// Implemented by the derive; a module with a bare `#[tie]` is not closed until a struct around it fills the
/// hole with `#[tie(hole = source)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has an open tie: nothing fills it",
    label = "this borrows a weight that nobody lends",
    note = "write `#[tie(source)]` or `#[tie(hole = source)]` on the field that holds it, \
            or bare `#[tie]` to leave the hole to whoever holds the struct"
)]
pub trait Closed: Module {
    /// Ties that borrow nothing.
    fn no_ties<'a, R: Role>() -> Self::Ties<'a, R>;
}
