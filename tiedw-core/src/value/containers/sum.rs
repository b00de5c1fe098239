//! The sum of a list.

use crate::value::Value;
use crate::{Dual, Element, Tensor};

/// Values that can be added up.
#[diagnostic::on_unimplemented(
    message = "`sum` adds up numbers and tensors, and these are `{Self}`",
    label = "neither numbers nor tensors"
)]
pub trait Summand: Value + Sized {
    /// The type of the sum.
    type Sum: Value<Cotangent = Self::Cotangent>;

    /// Returns the sum.
    fn sum(list: Vec<Self>) -> Self::Sum;
}

macro_rules! summands {
    ($([$($generics:tt)*] $type:ty => $sum:ty)+) => {
        $(
            impl<$($generics)*> Summand for $type {
                type Sum = $sum;

                #[inline]
                #[track_caller]
                fn sum(list: Vec<Self>) -> $sum {
                    // `Iterator::sum` would not pass the caller on.
                    std::iter::Sum::sum(list.into_iter())
                }
            }
        )+
    };
}
summands! {
    [] f32 => f32
    [] f64 => f64
    [E: Element] Dual<E> => Dual<E>
    [const F: usize, E: Element] Tensor<F, E> => Tensor<F, E>
    [const F: usize, E: Element] &Tensor<F, E> => Tensor<F, E>
}

macro_rules! integers {
    ($($type:ty)+) => { $(summands! { [] $type => $type [] &$type => $type })+ };
}
integers! { usize u8 u16 u32 u64 isize i8 i16 i32 i64 }

impl<E: Element> Summand for &E {
    type Sum = E;

    #[inline]
    fn sum(list: Vec<Self>) -> E {
        list.into_iter().copied().sum()
    }
}

/// Numbers that can be multiplied, starting with 1.
#[diagnostic::on_unimplemented(
    message = "`product` multiplies numbers, and these are `{Self}`",
    label = "not numbers"
)]
pub trait Factor {
    /// The product of no numbers.
    fn one() -> Self;
}

impl<E: Element> Factor for E {
    #[inline]
    fn one() -> E {
        E::ONE
    }
}

/// The product of no numbers.
#[inline]
pub fn empty_product<T: Factor>() -> T {
    T::one()
}

/// The sum of a list.
#[inline]
#[track_caller]
pub fn list_sum<T: Summand>(list: Vec<T>) -> T::Sum {
    T::sum(list)
}

/// Returns an item of a list, where generated code cannot take the index apart because of another mistake.
#[inline]
#[track_caller]
pub fn list_item<T>(list: Vec<T>, number: usize) -> T {
    list.into_iter().nth(number).expect("there is such an item")
}

impl<const F: usize, E: Element> std::iter::Sum for Tensor<F, E> {
    /// Adds up tensors.
    ///
    /// ```
    /// use tiedw_core::Tensor;
    ///
    /// let sum: Tensor<2> = [Tensor::full([1], 1.0), Tensor::full([1], 2.0)].into_iter().sum();
    /// assert_eq!(sum.as_slice(), [3.0, 3.0]);
    /// ```
    ///
    /// # Panics
    /// If there is no tensor, whose shape the sum would have, or if the shapes differ.
    #[track_caller]
    fn sum<I: Iterator<Item = Self>>(mut tensors: I) -> Self {
        let mut sum = tensors.next().expect("a sum of tensors has at least one, whose shape it has");
        for tensor in tensors {
            sum += tensor;
        }
        sum
    }
}

impl<'t, const F: usize, E: Element> std::iter::Sum<&'t Tensor<F, E>> for Tensor<F, E> {
    /// Adds up tensors.
    ///
    /// # Panics
    /// If there is no tensor, whose shape the sum would have, or if the shapes differ.
    #[track_caller]
    fn sum<I: Iterator<Item = &'t Self>>(mut tensors: I) -> Self {
        let first = tensors.next().expect("a sum of tensors has at least one, whose shape it has");
        let mut sum = first.clone();
        for tensor in tensors {
            sum += tensor;
        }
        sum
    }
}
