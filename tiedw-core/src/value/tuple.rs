//! Tuples of values: the cotangent is a tuple of `Option`s.

use super::{Accumulate, AddTo, Discrete, Value, fingerprint};

macro_rules! tuple {
    ($($value:ident $field:tt),+) => {
        impl<$($value: Value),+> Value for ($($value,)+) {
            type Owned = Self;
            type Cotangent = ($(Option<$value::Cotangent>,)+);

            #[inline]
            fn by_ref(&self) -> &Self {
                self
            }
            #[inline]
            #[track_caller]
            fn detach(&mut self) {
                $(self.$field.detach();)+
            }
            #[inline]
            fn has_tangents(&self) -> bool {
                $(self.$field.has_tangents())||+
            }
            #[inline]
            fn fingerprint(&self) -> u64 {
                fingerprint::of([$(self.$field.fingerprint()),+])
            }
        }

        impl<$($value: Discrete),+> Discrete for ($($value,)+) {}

        impl<$($value: AddTo<$value>),+> Accumulate for ($(Option<$value>,)+) {
            #[inline]
            fn accumulate(&mut self, other: Self) {
                $(AddTo::add(&mut self.$field, other.$field);)+
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

macro_rules! tuple_cotangent {
    ($($part:ident $field:tt),+) => {
        impl<$($part),+> TupleCotangent for ($(Option<$part>,)+) {
            #[inline]
            fn tuple_cotangent(self) -> Option<Self> {
                if $(self.$field.is_none())&&+ { None } else { Some(self) }
            }
        }
    };
}
tuple_cotangent!(A 0);
tuple_cotangent!(A 0, B 1);
tuple_cotangent!(A 0, B 1, C 2);
tuple_cotangent!(A 0, B 1, C 2, D 3);
tuple_cotangent!(A 0, B 1, C 2, D 3, E 4);
tuple_cotangent!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple_cotangent!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple_cotangent!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// The cotangents of the components of a tuple.
pub trait TupleCotangent: Sized {
    /// Returns the cotangent of the tuple, or `None` if no component has one.
    fn tuple_cotangent(self) -> Option<Self>;
}

/// Combines the cotangents of a tuple's components.
#[inline]
pub fn tuple_cotangent<T: TupleCotangent>(parts: T) -> Option<T> {
    parts.tuple_cotangent()
}
