//! Conversions by `into` and `try_into`, with their pullbacks.

use std::array::TryFromSliceError;

use crate::value::Value;

/// The pullback of a conversion of a `V` to a `T`. A pointer to a function borrows nothing.
type Pullback<V, T> = fn(<T as Value>::Cotangent, [bool; 1]) -> (Option<<V as Value>::Cotangent>,);

/// A value that `into` converts.
#[diagnostic::on_unimplemented(
    message = "`into` has no gradient from `{Self}` to `{T}`",
    label = "has no gradient",
    note = "it has one from a list to another list, from an array of numbers to a tensor, and to an `Option` or a `Box`; for others, \
            write a function or a method with `#[differentiable]`"
)]
pub trait Converts<T: Value>: Value {
    /// Returns it as another type.
    fn convert(self) -> T;

    /// Returns its cotangent, given that of the result.
    fn pulled(cotangent: T::Cotangent) -> Self::Cotangent;

    /// Returns it as another type, with the pullback.
    #[inline]
    fn into_vjp(self) -> (T, Pullback<Self, T>)
    where
        Self: Sized,
    {
        (self.convert(), |cotangent, [wanted]| (wanted.then(|| Self::pulled(cotangent)),))
    }
}

/// A list that `try_into` converts.
#[diagnostic::on_unimplemented(
    message = "`try_into` has no gradient from `{Self}` to `{T}`",
    label = "has no gradient",
    note = "it has one from a list to an array; for others, write a function or a method with `#[differentiable]`"
)]
pub trait TryConverts<T: Value>: Value<Cotangent = T::Cotangent> {
    /// What is returned in place of the array.
    type Error;

    /// Returns it as another type, if it has as many elements.
    fn try_convert(self) -> Result<T, Self::Error>;

    /// Returns the same, with the pullback.
    #[inline]
    fn try_into_vjp(self) -> (Result<T, Self::Error>, Pullback<Self, T>)
    where
        Self: Sized,
    {
        (self.try_convert(), |cotangent, [wanted]| (wanted.then_some(cotangent),))
    }
}

/// A list has another number of elements than the array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherLength {
    /// The number of elements of the list.
    pub found: usize,
    /// The number of elements of the array.
    pub expected: usize,
}

macro_rules! conversions {
    ($([$($generics:tt)*] $from:ty => $to:ty, $convert:expr, $pulled:expr;)+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<$($generics)*> Converts<$to> for $from {
                #[inline]
                fn convert(self) -> $to {
                    let convert: fn($from) -> $to = $convert;
                    convert(self)
                }

                #[inline]
                fn pulled(cotangent: <$to as Value>::Cotangent) -> Self::Cotangent {
                    let pulled: fn(<$to as Value>::Cotangent) -> Self::Cotangent = $pulled;
                    pulled(cotangent)
                }
            }
        )+
    };
}
conversions! {
    [T: Value] T => T, |value| value, |cotangent| cotangent;
    [T: Value] T => Option<T>, Some, |cotangent| cotangent;
    [T: Value] T => Box<T>, Box::new, |cotangent| *cotangent;
    [] f32 => f64, f64::from, |cotangent| cotangent as f32;
    [T: Value, const N: usize] [T; N] => Vec<T>, Vec::from, |cotangent| cotangent;
    [T: Value, const N: usize] [T; N] => Box<[T]>, |list| Box::new(list), |cotangent| *cotangent;
    [T: Value + Clone, const N: usize] &[T; N] => Vec<T>, |list| list.to_vec(), |cotangent| cotangent;
    [T: Value + Clone] &[T] => Vec<T>, <[T]>::to_vec, |cotangent| cotangent;
    [T: Value + Clone] &[T] => Box<[T]>, |list| Box::from(list), |cotangent| *cotangent;
    [T: Value] Vec<T> => Box<[T]>, Vec::into_boxed_slice, |cotangent| *cotangent;
    [T: Value] Box<[T]> => Vec<T>, <[T]>::into_vec, |cotangent| Box::new(cotangent);
}

impl<T: Value + Copy, const N: usize> TryConverts<[T; N]> for &[T] {
    type Error = TryFromSliceError;

    #[inline]
    fn try_convert(self) -> Result<[T; N], TryFromSliceError> {
        self.try_into()
    }
}

impl<'v, T: Value, const N: usize> TryConverts<&'v [T; N]> for &'v [T] {
    type Error = TryFromSliceError;

    #[inline]
    fn try_convert(self) -> Result<&'v [T; N], TryFromSliceError> {
        self.try_into()
    }
}

impl<T: Value, const N: usize> TryConverts<[T; N]> for Vec<T> {
    type Error = OtherLength;

    #[inline]
    fn try_convert(self) -> Result<[T; N], OtherLength> {
        self.try_into().map_err(|list: Vec<T>| OtherLength { found: list.len(), expected: N })
    }
}
