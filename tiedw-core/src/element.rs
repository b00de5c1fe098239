//! The element types of weights and tensors.

use std::cmp::Ordering;
use std::fmt::{Debug, Display};
use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::dual::{Dual, Lift};
use crate::kernels::{Compiled, Elementary, Gemm, MulAdd};
use crate::pooled_vec::Pooled;
use crate::value::{Accumulate, NoGradient, Receiver, Summand, Value};

/// A floating-point element type: `f32`, or `f64` for more precision.
///
/// What is differentiated is generic over it. What needs plain numbers, as files do, takes a [`Real`].
///
/// ```
/// use tiedw_core::Element;
///
/// fn half<E: Element>(x: E) -> E {
///     x * E::from_f64(0.5)
/// }
/// assert_eq!(half(3.0_f32), 1.5);
/// assert_eq!(half(3.0_f64), 1.5);
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
    + Lift<Dual = Dual<Self>>
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
    fn from_f64_vjp(value: f64) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<f64>,) + use<Self>);
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
    /// Raises the value to a power.
    fn powf(self, exponent: Self) -> Self;
    /// Computes 2 to the power of `self`.
    fn exp2(self) -> Self;
    /// Computes `exp(self) - 1`, accurate near 0.
    fn exp_m1(self) -> Self;
    /// Computes the logarithm to base 2.
    fn log2(self) -> Self;
    /// Computes the logarithm to base 10.
    fn log10(self) -> Self;
    /// Computes the logarithm to any base.
    fn log(self, base: Self) -> Self;
    /// Computes the cube root.
    fn cbrt(self) -> Self;
    /// Computes the length of the hypotenuse of a right triangle with these legs.
    fn hypot(self, other: Self) -> Self;
    /// Computes the reciprocal.
    fn recip(self) -> Self;
    /// Computes the sine.
    fn sin(self) -> Self;
    /// Computes the cosine.
    fn cos(self) -> Self;
    /// Computes the tangent.
    fn tan(self) -> Self;
    /// Computes the arcsine.
    fn asin(self) -> Self;
    /// Computes the arccosine.
    fn acos(self) -> Self;
    /// Computes the arctangent.
    fn atan(self) -> Self;
    /// Computes the angle of the point (`x`, `self`).
    fn atan2(self, x: Self) -> Self;
    /// Computes the hyperbolic sine.
    fn sinh(self) -> Self;
    /// Computes the hyperbolic cosine.
    fn cosh(self) -> Self;
    /// Computes the inverse hyperbolic sine.
    fn asinh(self) -> Self;
    /// Computes the inverse hyperbolic cosine.
    fn acosh(self) -> Self;
    /// Computes the inverse hyperbolic tangent.
    fn atanh(self) -> Self;
    /// Returns the larger value; the other one if one is NaN.
    fn max(self, other: Self) -> Self;
    /// Returns the smaller value; the other one if one is NaN.
    fn min(self, other: Self) -> Self;
    /// Restricts the value to an interval.
    ///
    /// # Panics
    /// If `min > max`, or one of them is NaN.
    fn clamp(self, min: Self, max: Self) -> Self;
    /// Returns 1 with the sign of the value; NaN for NaN.
    fn signum(self) -> Self;
    /// Returns the absolute value with the sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
    /// Rounds down.
    fn floor(self) -> Self;
    /// Rounds up.
    fn ceil(self) -> Self;
    /// Rounds to the nearest integer, halves away from 0.
    fn round(self) -> Self;
    /// Rounds to the nearest integer, halves to even ones.
    fn round_ties_even(self) -> Self;
    /// Rounds towards 0.
    fn trunc(self) -> Self;
    /// Returns what `trunc` cuts off.
    fn fract(self) -> Self;
    /// Computes the mean of two values, without overflow.
    fn midpoint(self, other: Self) -> Self;
    /// Computes `self * factor + term` with a single rounding.
    fn mul_add(self, factor: Self, term: Self) -> Self;
    /// Computes the Euclidean quotient, which is an integer.
    fn div_euclid(self, divisor: Self) -> Self;
    /// Computes the remainder of the Euclidean division.
    fn rem_euclid(self, divisor: Self) -> Self;
    /// Converts radians to degrees.
    fn to_degrees(self) -> Self;
    /// Converts degrees to radians.
    fn to_radians(self) -> Self;
    /// Returns whether the value is neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// Returns whether the value is infinite.
    fn is_infinite(self) -> bool;
    /// Returns whether the sign is positive, also that of 0 and NaN.
    fn is_sign_positive(self) -> bool;
    /// Returns whether the sign is negative, also that of -0 and NaN.
    fn is_sign_negative(self) -> bool;
    /// Orders the values, as that of `f32` does.
    fn total_cmp(&self, other: &Self) -> Ordering;

    /// [`EPSILON`](Element::EPSILON) as an `f64`.
    #[doc(hidden)]
    const EPSILON_F64: f64;

    /// Whether a product with this is 0 for certain: whether it is 0, and so are its tangents, which `==` does not compare.
    #[doc(hidden)]
    #[inline(always)]
    fn vanishes(self) -> bool {
        self == Self::ZERO
    }

    /// Converts a count to an element, for means.
    fn from_count(count: usize) -> Self {
        Self::from_f64(count as f64)
    }
    /// [`from_count`](Element::from_count) for differentiable bodies: a count has no gradient.
    #[doc(hidden)]
    #[inline]
    fn from_count_vjp(
        count: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<NoGradient>,) + use<Self>) {
        (Self::from_count(count), |_: Self, _: [bool; 1]| (None,))
    }
}

/// A plain number, `f32` or `f64`: what files, casts and processes exchange.
///
/// Only plain numbers convert to `f64`, since whatever else belongs to an [`Element`] would be lost.
///
/// ```
/// use tiedw_core::Real;
///
/// fn through_bytes<E: Real>(x: E) -> (f64, usize) {
///     let mut bytes = Vec::new();
///     x.push_le_bytes(&mut bytes);
///     (E::from_le_bytes(&bytes).to_f64(), bytes.len())
/// }
/// assert_eq!(through_bytes(1.5_f32), (1.5, 4));
/// assert_eq!(through_bytes(1.5_f64), (1.5, 8));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to be a plain number",
    label = "neither `f32` nor `f64`",
    note = "files, casts and `to_f64` need plain numbers: write `E: Real` instead of `E: Element`"
)]
pub trait Real: Element {
    /// Converts to `f64`, without loss.
    fn to_f64(self) -> f64;

    /// Appends the little-endian bytes of the value.
    fn push_le_bytes(self, bytes: &mut Vec<u8>);
    /// Creates a value from its little-endian bytes.
    ///
    /// # Panics
    /// If the number of bytes differs from the size of the type.
    fn from_le_bytes(bytes: &[u8]) -> Self;
}

/// Defines methods of an element type by those of the float.
macro_rules! methods {
    ($float:ident: $($name:ident($($argument:ident),*))+) => {$(
        #[inline]
        #[track_caller]
        fn $name(self $(, $argument: Self)*) -> Self {
            $float::$name(self $(, $argument)*)
        }
    )+};
}

macro_rules! predicates {
    ($float:ident: $($name:ident)+) => {$(
        #[inline]
        fn $name(self) -> bool {
            $float::$name(self)
        }
    )+};
}

macro_rules! element {
    ($float:ident, $ln:path, $ln_1p:path) => {
        impl Element for $float {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const EPSILON: Self = $float::EPSILON;
            const NEG_INFINITY: Self = $float::NEG_INFINITY;
            const EPSILON_F64: f64 = $float::EPSILON as f64;

            #[inline]
            fn from_f64(value: f64) -> Self {
                value as $float
            }
            #[inline]
            fn from_f64_vjp(value: f64) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<f64>,) + use<>) {
                (Self::from_f64(value), |d: Self, [wanted]: [bool; 1]| (wanted.then(|| f64::from(d)),))
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
            fn powi(self, exponent: i32) -> Self {
                $float::powi(self, exponent)
            }
            methods! { $float:
                powf(exponent) exp2() exp_m1() log2() log10() log(base) cbrt() hypot(other) recip()
                sin() cos() tan() asin() acos() atan() atan2(x) sinh() cosh() asinh() acosh() atanh()
                max(other) min(other) clamp(min, max) signum() copysign(sign)
                floor() ceil() round() round_ties_even() trunc() fract() midpoint(other) mul_add(factor, term)
                div_euclid(divisor) rem_euclid(divisor) to_degrees() to_radians()
            }
            predicates! { $float: is_finite is_infinite is_sign_positive is_sign_negative }
            #[inline]
            fn total_cmp(&self, other: &Self) -> Ordering {
                $float::total_cmp(self, other)
            }
        }

        impl Real for $float {
            #[inline]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline]
            fn push_le_bytes(self, bytes: &mut Vec<u8>) {
                bytes.extend(self.to_le_bytes());
            }
            #[inline]
            fn from_le_bytes(bytes: &[u8]) -> Self {
                $float::from_le_bytes(bytes.try_into().expect("as many bytes as a number has"))
            }
        }
    };
}
element!(f32, libm::logf, libm::log1pf);
element!(f64, libm::log, libm::log1p);
