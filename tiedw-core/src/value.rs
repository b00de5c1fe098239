//! What flows through a differentiable body, and what flows back.

use std::marker::PhantomData;

use crate::{Element, Tensor};

/// A value of a differentiable body.
///
/// Its cotangent is what the backward pass carries for it: for a number a number, for a tensor a tensor of the
/// same shape, for a tuple a tuple of `Option`s, for an integer or a flag [`NoGradient`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to the backward pass",
    label = "neither a tensor nor a number",
    note = "if it carries no gradient, mark the argument `#[constant]`"
)]
pub trait Value {
    /// The value without the references around it.
    type Owned: Value<Cotangent = Self::Cotangent> + ?Sized;
    /// What flows back.
    type Cotangent: AddTo<Self::Cotangent>;

    /// The value behind all references.
    fn by_ref(&self) -> &Self::Owned;
}

/// The cotangent of a value of type `V`.
pub type Cotangent<V> = <V as Value>::Cotangent;

impl<T: Value + ?Sized> Value for &T {
    type Owned = T::Owned;
    type Cotangent = T::Cotangent;

    #[inline]
    fn by_ref(&self) -> &T::Owned {
        T::by_ref(self)
    }
}

macro_rules! value {
    (impl[$($generics:tt)*] $type:ty, $cotangent:ty) => {
        impl<$($generics)*> Value for $type {
            type Owned = Self;
            type Cotangent = $cotangent;

            #[inline]
            fn by_ref(&self) -> &Self {
                self
            }
        }
    };
}

value!(impl[] f32, f32);
value!(impl[] f64, f64);
value!(impl[const F: usize, E: Element] Tensor<F, E>, Self);
value!(impl[] (), NoGradient);
value!(impl[] bool, NoGradient);
value!(impl[] char, NoGradient);
value!(impl[] str, NoGradient);
value!(impl[] String, NoGradient);
value!(impl[] u8, NoGradient);
value!(impl[] u16, NoGradient);
value!(impl[] u32, NoGradient);
value!(impl[] u64, NoGradient);
value!(impl[] usize, NoGradient);
value!(impl[] i8, NoGradient);
value!(impl[] i16, NoGradient);
value!(impl[] i32, NoGradient);
value!(impl[] i64, NoGradient);
value!(impl[] isize, NoGradient);
value!(impl[] [bool], NoGradient);
value!(impl[] [usize], NoGradient);
value!(impl[] Vec<bool>, NoGradient);
value!(impl[] Vec<usize>, NoGradient);
value!(impl[const N: usize] [usize; N], NoGradient);
value!(impl[const N: usize] [bool; N], NoGradient);

/// The cotangent of what has none: integers, flags, class numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoGradient;

/// A cotangent: something that several uses of one value add into.
pub trait Accumulate {
    /// Adds `other`.
    fn accumulate(&mut self, other: Self);
}

impl<E: Element> Accumulate for E {
    #[inline]
    fn accumulate(&mut self, other: E) {
        *self += other;
    }
}

impl<const F: usize, E: Element> Accumulate for Tensor<F, E> {
    #[inline]
    fn accumulate(&mut self, other: Self) {
        self.zip_assign(&other, "a sum of cotangents", |x, y| x + y);
    }
}

/// Says that a cotangent of this type can be added to a cotangent of type `C`: it is one, or there is none.
#[diagnostic::on_unimplemented(
    message = "a cotangent of type `{Self}` flows into a value whose cotangent is `{C}`",
    label = "the two types differ"
)]
pub trait AddTo<C>: Sized {
    /// Adds.
    fn add_to(self, slot: &mut Option<C>);
}

impl<C: Accumulate> AddTo<C> for C {
    #[inline]
    fn add_to(self, slot: &mut Option<C>) {
        match slot {
            Some(sum) => sum.accumulate(self),
            None => *slot = Some(self),
        }
    }
}

impl<C> AddTo<C> for NoGradient {
    #[inline]
    fn add_to(self, _: &mut Option<C>) {}
}

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
                $(add(&mut self.$field, other.$field);)+
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

/// The cotangents of the parts of a tuple.
pub trait Together: Sized {
    /// The cotangent of the tuple: none where no part has one.
    fn together(self) -> Option<Self>;
}

/// The cotangent of a tuple from those of its parts.
#[inline]
pub fn together<T: Together>(parts: T) -> Option<T> {
    parts.together()
}

/// Adds a cotangent, if there is one, to the sum in `slot`.
#[inline]
pub fn add<C, D: AddTo<C>>(slot: &mut Option<C>, cotangent: Option<D>) {
    if let Some(cotangent) = cotangent {
        cotangent.add_to(slot);
    }
}

/// The type of a value's cotangent, kept from the forward pass for the backward pass.
#[derive(Debug)]
pub struct Slot<C>(PhantomData<fn() -> C>);

impl<C> Clone for Slot<C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C> Copy for Slot<C> {}

impl<C> Slot<C> {
    /// No cotangent yet.
    #[inline]
    pub fn empty(self) -> Option<C> {
        None
    }
}

/// The slot of a value.
#[inline]
pub fn slot<V: Value + ?Sized>(_: &V) -> Slot<V::Cotangent> {
    Slot(PhantomData)
}

/// What one of several branches keeps for the backward pass.
#[derive(Clone, Copy, Debug)]
pub enum Either<L, R> {
    /// The first branch ran.
    Left(L),
    /// A later one ran.
    Right(R),
}

/// The value, cut off from what it was computed from: the backward pass stops here.
///
/// ```
/// assert_eq!(tiedw_core::stop_gradient(2.0), 2.0);
/// ```
#[inline]
pub fn stop_gradient<T>(value: T) -> T {
    value
}

/// The answer of a question about a value's size, as it is.
#[doc(hidden)]
#[inline]
pub fn without_gradient<T: Value<Cotangent = NoGradient>>(answer: T) -> T {
    answer
}
