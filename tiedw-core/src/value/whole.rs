//! Checks whether a field that is used without differentiation belongs to a value.
//!
//! `(&Whole(&whole)).field(&field)` resolves to [`ValueWhole`] if the whole is a value, and returns the
//! field. Otherwise it resolves to [`AnyWhole`], which needs one more reference, and returns `()`: a type
//! that is not a value is reported where it is written.

use super::Value;

/// The owner of a field, wrapped for autoref specialization.
#[derive(Debug)]
pub struct Whole<'w, T>(pub &'w T);

/// A value.
pub trait ValueWhole {
    /// Returns the field.
    #[inline]
    fn field<'f, F: ?Sized>(&self, field: &'f F) -> &'f F {
        field
    }
}

impl<T: Value> ValueWhole for Whole<'_, T> {}

/// Anything else.
pub trait AnyWhole {
    /// Returns `()`.
    #[inline]
    fn field<F: ?Sized>(&self, _: &F) -> &'static () {
        &()
    }
}

impl<T> AnyWhole for &Whole<'_, T> {}
