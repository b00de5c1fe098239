//! Whether a field, used where no gradient passes, is of a value that carries one.
//!
//! `(&Whole(&whole)).field(&field)` finds the method of [`ValueWhole`] where the whole is a value, and gives the field.
//! Else it finds that of [`AnyWhole`], one reference further, and gives nothing: what is no value is reported where its
//! type is written.

use super::Value;

/// What has a field in use.
#[derive(Debug)]
pub struct Whole<'w, T>(pub &'w T);

/// A value.
pub trait ValueWhole {
    /// The field.
    #[inline]
    fn field<'f, F: ?Sized>(&self, field: &'f F) -> &'f F {
        field
    }
}

impl<T: Value> ValueWhole for Whole<'_, T> {}

/// Anything else.
pub trait AnyWhole {
    /// Nothing.
    #[inline]
    fn field<F: ?Sized>(&self, _: &F) -> &'static () {
        &()
    }
}

impl<T> AnyWhole for &Whole<'_, T> {}
