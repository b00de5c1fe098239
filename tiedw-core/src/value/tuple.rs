//! Tuples of values: the cotangent is a tuple of `Option`s.

use super::{Accumulate, AddTo, Value};

macro_rules! tuple {
    ($($value:ident $field:tt),+) => {
        impl<$($value: Value<Owned = $value>),+> Value for ($($value,)+) {
            type Owned = Self;
            type Cotangent = ($(Option<$value::Cotangent>,)+);

            #[inline]
            fn by_ref(&self) -> &Self {
                self
            }
        }

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

macro_rules! together {
    ($($part:ident $field:tt),+) => {
        impl<$($part),+> Together for ($(Option<$part>,)+) {
            #[inline]
            fn together(self) -> Option<Self> {
                if $(self.$field.is_none())&&+ { None } else { Some(self) }
            }
        }
    };
}
together!(A 0);
together!(A 0, B 1);
together!(A 0, B 1, C 2);
together!(A 0, B 1, C 2, D 3);
together!(A 0, B 1, C 2, D 3, E 4);
together!(A 0, B 1, C 2, D 3, E 4, F 5);
together!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
together!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// The cotangents of the components of a tuple.
pub trait Together: Sized {
    /// Returns the cotangent of the tuple, or `None` if no component has one.
    fn together(self) -> Option<Self>;
}

/// Combines the cotangents of a tuple's components.
#[inline]
pub fn together<T: Together>(parts: T) -> Option<T> {
    parts.together()
}
