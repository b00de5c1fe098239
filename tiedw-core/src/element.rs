//! The element type of weights and tensors.

use std::fmt::{Debug, Display};
use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::kernels::{Compiled, Elementary, Gemm, MulAdd};
use crate::pooled_vec::Pooled;
use crate::value::{Accumulate, Receiver, Summand, Value};

/// A floating-point element type: `f32`, or `f64` for more precision.
///
/// ```
/// use tiedw_core::Element;
///
/// fn half<E: Element>(x: E) -> E {
///     x * E::from_f64(0.5)
/// }
/// assert_eq!(half(3.0_f32), 1.5);
/// assert_eq!(half(3.0_f64).to_f64(), 1.5);
///
/// fn mean<E: Element>(values: &[E]) -> E {
///     values.iter().fold(E::ZERO, |sum, &x| sum + x) / E::from_count(values.len())
/// }
/// assert_eq!(mean(&[1.0, 2.0, 6.0]), 3.0);
/// assert!(f64::EPSILON < f64::from(<f32 as Element>::EPSILON) && mean::<f32>(&[]).is_nan());
/// ```
pub trait Element:
    Gemm
    + Compiled
    + Pooled
    + Elementary
    + Accumulate
    + Value<Owned = Self, Cotangent = Self>
    + Receiver
    + Summand<Sum = Self>
    + Copy
    + Debug
    + Display
    + Default
    + PartialOrd
    + Send
    + Sync
    + Sum
    + Product
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + 'static
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// The machine epsilon: the distance from 1 to the next larger value.
    const EPSILON: Self;
    /// Negative infinity.
    const NEG_INFINITY: Self;

    /// Converts from `f64`, rounding to the nearest value.
    fn from_f64(value: f64) -> Self;
    /// [`from_f64`](Element::from_f64) with its pullback.
    #[inline]
    fn from_f64_vjp(value: f64) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<f64>,) + use<Self>) {
        (Self::from_f64(value), |d: Self, [wanted]: [bool; 1]| (wanted.then(|| d.to_f64()),))
    }
    /// Converts to `f64`, without loss.
    fn to_f64(self) -> f64;
    /// Computes e to the power of `self`.
    fn exp(self) -> Self;
    /// Computes the natural logarithm.
    fn ln(self) -> Self;
    /// Computes `ln(1 + self)`, accurate near 0.
    fn ln_1p(self) -> Self;
    /// Computes the square root.
    fn sqrt(self) -> Self;
    /// Computes the hyperbolic tangent.
    fn tanh(self) -> Self;
    /// Computes the absolute value.
    fn abs(self) -> Self;
    /// Returns whether the value is NaN.
    fn is_nan(self) -> bool;
    /// Raises the value to an integer power.
    fn powi(self, exponent: i32) -> Self;

    /// Appends the little-endian bytes of the value.
    fn push_le_bytes(self, bytes: &mut Vec<u8>);
    /// Creates a value from its little-endian bytes.
    ///
    /// # Panics
    /// If the number of bytes differs from the size of the type.
    fn from_le_bytes(bytes: &[u8]) -> Self;

    /// Converts a count to an element, for means.
    fn from_count(count: usize) -> Self {
        Self::from_f64(count as f64)
    }
}

macro_rules! element {
    ($float:ident, $ln:path, $ln_1p:path) => {
        impl Element for $float {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const EPSILON: Self = $float::EPSILON;
            const NEG_INFINITY: Self = $float::NEG_INFINITY;

            #[inline]
            fn from_f64(value: f64) -> Self {
                value as $float
            }
            #[inline]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn exp(self) -> Self {
                self.exp_by(MulAdd::PORTABLE)
            }
            #[inline]
            fn ln(self) -> Self {
                $ln(self)
            }
            #[inline]
            fn ln_1p(self) -> Self {
                $ln_1p(self)
            }
            #[inline]
            fn sqrt(self) -> Self {
                $float::sqrt(self)
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                self.tanh_by(MulAdd::PORTABLE)
            }
            #[inline]
            fn abs(self) -> Self {
                $float::abs(self)
            }
            #[inline]
            fn is_nan(self) -> bool {
                $float::is_nan(self)
            }
            #[inline]
            fn push_le_bytes(self, bytes: &mut Vec<u8>) {
                bytes.extend(self.to_le_bytes());
            }
            #[inline]
            fn from_le_bytes(bytes: &[u8]) -> Self {
                $float::from_le_bytes(bytes.try_into().expect("as many bytes as a number has"))
            }
            #[inline]
            fn powi(self, exponent: i32) -> Self {
                $float::powi(self, exponent)
            }
        }
    };
}
element!(f32, libm::logf, libm::log1pf);
element!(f64, libm::log, libm::log1p);
