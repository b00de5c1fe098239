//! The tangents of a field of a struct of values, whose type may be no value: this is reported where it is written.

use super::Value;

/// A reference to a field.
#[derive(Debug)]
pub struct InField<P>(pub P);

impl<T: Value> InField<&mut T> {
    /// Sets the tangents to 0.
    #[inline]
    #[track_caller]
    pub fn detach(self) {
        self.0.detach();
    }
}

impl<T: Value> InField<&T> {
    /// Returns whether there is a tangent that is not 0.
    #[inline]
    pub fn has_tangents(self) -> bool {
        self.0.has_tangents()
    }

    /// Returns the fingerprint of the value.
    #[inline]
    pub fn fingerprint(self) -> u64 {
        self.0.fingerprint()
    }
}

/// The same for any other field.
pub trait AnyField: Sized {
    /// Does nothing.
    #[inline]
    fn detach(self) {}

    /// Returns `false`.
    #[inline]
    fn has_tangents(self) -> bool {
        false
    }

    /// Returns 0.
    #[inline]
    fn fingerprint(self) -> u64 {
        0
    }
}

impl<P> AnyField for InField<P> {}
