//! The operations of an element type that elementary functions use.

use std::ops::{Add, Mul, Neg, Sub};

use super::angles;
use super::cube_root;
use super::double;
use super::exp::{self, erf, exp, exp_m1, tanh};
use super::hyperbolic;
use super::logarithm;
use super::map_by_wide;
use super::normal;
use super::power::{Exponent, power};
use super::roots;
use super::simd::MulAdd;
use super::sine;
use super::singles;
use crate::Element;

/// The operations of an element type that elementary functions use.
pub trait Elementary:
    Copy + PartialEq + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Neg<Output = Self> + 'static
{
    /// The type of sums whose rounding errors would add up.
    #[doc(hidden)]
    type Wide: Element;
    /// Converts without loss.
    #[doc(hidden)]
    fn widen(self) -> Self::Wide;
    /// Rounds to the nearest value.
    #[doc(hidden)]
    fn narrow(wide: Self::Wide) -> Self;
    /// Rounds to an integer by a function of `f64`. The derivative is 0.
    #[doc(hidden)]
    fn rounded(self, by: impl Fn(f64) -> f64) -> Self;
    /// The integer below, at least 0 and at most `u64::MAX`; 0 for NaN.
    #[doc(hidden)]
    fn truncated(self) -> u64;

    /// The element, or `other` if the values are equal: its tangent, at a kink.
    #[doc(hidden)]
    #[inline(always)]
    fn yields_to(self, _: Self) -> Self {
        self
    }
    /// The element, with the mean of the tangents of those among `all` that have its value.
    #[doc(hidden)]
    #[inline(always)]
    fn shares_with(self, _: &[Self]) -> Self {
        self
    }
    /// The absolute value, with the derivative 1 at 0: for parts of functions that are smooth there.
    #[doc(hidden)]
    fn magnitude(self) -> Self;
    /// The other value, with the tangent of this element: what passes gradients on as if it was the identity.
    #[doc(hidden)]
    #[inline(always)]
    fn replaced_by(self, value: Self) -> Self {
        value
    }
    /// The other value, with the tangent of this element times the slope: that of the pullback, where the one that arithmetic gives
    /// to the value is less accurate or NaN.
    #[doc(hidden)]
    #[inline(always)]
    fn with_slope(self, value: Self, _slope: Self) -> Self {
        value
    }
    #[doc(hidden)]
    fn exp_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn tanh_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn exp_m1_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn ln_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn ln_1p_by(self, mul_add: MulAdd) -> Self;
    /// The same for a value from 0 to 1.
    #[doc(hidden)]
    fn ln_1p_of_unit_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn erf_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn exp2_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn log2_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn log10_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn sinh_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn cosh_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn asinh_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn acosh_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn atanh_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn cbrt_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn erfc_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn asin_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn acos_by(self, mul_add: MulAdd) -> Self;
    /// The angle of the point (x, `self`).
    #[doc(hidden)]
    fn atan2_by(self, x: Self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn hypotenuse(self, other: Self) -> Self;
    /// The square roots of as many elements.
    #[doc(hidden)]
    fn roots_into(x: &[Self], y: &mut [Self]);
    /// The reciprocals of the square roots of as many elements.
    #[doc(hidden)]
    fn reciprocal_roots_into(x: &[Self], y: &mut [Self]);
    /// The exponentials of as many elements.
    #[doc(hidden)]
    fn exp_into(x: &[Self], y: &mut [Self]);
    /// The natural logarithms of as many elements.
    #[doc(hidden)]
    fn ln_into(x: &[Self], y: &mut [Self]);
    #[doc(hidden)]
    fn to_power(self, exponent: Self, mul_add: MulAdd) -> Self;
    /// The same, vectorized in `f32`.
    #[doc(hidden)]
    fn raised_to(self, exponent: Exponent<Self>, mul_add: MulAdd) -> Self;
    /// The cumulative distribution function and the density of the normal distribution.
    #[doc(hidden)]
    fn normal_by(self, mul_add: MulAdd) -> (Self, Self);

    /// The sine and the cosine.
    #[doc(hidden)]
    fn sin_cos(self) -> (Self, Self);
    /// The same for a magnitude below `FAR_ANGLE`, without branches.
    #[doc(hidden)]
    fn sin_cos_near(self, mul_add: MulAdd) -> (Self, Self);
    /// The tangent, likewise.
    #[doc(hidden)]
    fn tan_near(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    const FAR_ANGLE: Self;

    /// self · factor + term with a single rounding: one instruction if the caller is compiled for FMA, else a slow
    /// call.
    #[doc(hidden)]
    fn fused_mul_add(self, factor: Self, term: Self) -> Self;
}

/// What depends on the digits of a number.
pub(crate) trait Digits: Element {
    /// The upper half of the digits, whose square is exact.
    fn high_digits(self) -> Self;
}

impl Elementary for f32 {
    type Wide = f64;
    #[inline(always)]
    fn widen(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn narrow(wide: f64) -> f32 {
        wide as f32
    }
    #[inline(always)]
    fn rounded(self, by: impl Fn(f64) -> f64) -> f32 {
        by(f64::from(self)) as f32
    }
    #[inline]
    fn truncated(self) -> u64 {
        self as u64
    }
    #[inline(always)]
    fn magnitude(self) -> Self {
        self.abs()
    }

    #[inline(always)]
    fn exp_by(self, mul_add: MulAdd) -> f32 {
        exp(self, mul_add)
    }
    #[inline(always)]
    fn tanh_by(self, mul_add: MulAdd) -> f32 {
        tanh(self, mul_add)
    }
    #[inline(always)]
    fn exp_m1_by(self, mul_add: MulAdd) -> f32 {
        exp_m1(self, mul_add)
    }
    #[inline(always)]
    fn ln_by(self, mul_add: MulAdd) -> f32 {
        logarithm::ln(self, mul_add)
    }
    #[inline(always)]
    fn ln_1p_by(self, mul_add: MulAdd) -> f32 {
        logarithm::ln_1p(self, mul_add)
    }
    #[inline(always)]
    fn ln_1p_of_unit_by(self, mul_add: MulAdd) -> f32 {
        logarithm::ln_1p_of_unit(self, mul_add)
    }
    #[inline(always)]
    fn erf_by(self, mul_add: MulAdd) -> f32 {
        erf(self, mul_add)
    }
    #[inline(always)]
    fn exp2_by(self, mul_add: MulAdd) -> f32 {
        exp::exp2(self, mul_add)
    }
    #[inline(always)]
    fn log2_by(self, mul_add: MulAdd) -> f32 {
        logarithm::log2(self, mul_add)
    }
    #[inline(always)]
    fn log10_by(self, mul_add: MulAdd) -> f32 {
        logarithm::log10(self, mul_add)
    }
    #[inline(always)]
    fn sinh_by(self, mul_add: MulAdd) -> f32 {
        exp::sinh(self, mul_add)
    }
    #[inline(always)]
    fn cosh_by(self, mul_add: MulAdd) -> f32 {
        exp::cosh(self, mul_add)
    }
    #[inline(always)]
    fn asinh_by(self, mul_add: MulAdd) -> f32 {
        hyperbolic::asinh(self, mul_add)
    }
    #[inline(always)]
    fn acosh_by(self, mul_add: MulAdd) -> f32 {
        hyperbolic::acosh(self, mul_add)
    }
    #[inline(always)]
    fn atanh_by(self, mul_add: MulAdd) -> f32 {
        hyperbolic::atanh(self, mul_add)
    }
    #[inline(always)]
    fn cbrt_by(self, mul_add: MulAdd) -> f32 {
        cube_root::cbrt(self, mul_add)
    }
    #[inline(always)]
    fn erfc_by(self, mul_add: MulAdd) -> f32 {
        normal::erfc(self, mul_add)
    }
    #[inline(always)]
    fn asin_by(self, mul_add: MulAdd) -> f32 {
        angles::asin(self, mul_add)
    }
    #[inline(always)]
    fn acos_by(self, mul_add: MulAdd) -> f32 {
        angles::acos(self, mul_add)
    }
    #[inline(always)]
    fn atan2_by(self, x: f32, mul_add: MulAdd) -> f32 {
        angles::atan2(self, x, mul_add)
    }
    #[inline(always)]
    fn hypotenuse(self, other: f32) -> f32 {
        // Squares of `f32` are exact and finite in `f64`.
        let (x, y) = (f64::from(self), f64::from(other));
        let length = (x * x + y * y).sqrt() as f32;
        let is_infinite = (self.abs() == f32::INFINITY) | (other.abs() == f32::INFINITY);
        if is_infinite { f32::INFINITY } else { length }
    }
    fn roots_into(x: &[f32], y: &mut [f32]) {
        roots::roots_of_singles(x, y);
    }
    fn reciprocal_roots_into(x: &[f32], y: &mut [f32]) {
        roots::reciprocal_roots_of_singles(x, y);
    }
    fn exp_into(x: &[f32], y: &mut [f32]) {
        singles::exp_of_singles(x, y);
    }
    fn ln_into(x: &[f32], y: &mut [f32]) {
        singles::ln_of_singles(x, y);
    }
    #[inline(always)]
    fn to_power(self, exponent: f32, mul_add: MulAdd) -> f32 {
        power(self, Exponent::new(exponent), mul_add)
    }
    #[inline(always)]
    fn raised_to(self, exponent: Exponent<f32>, mul_add: MulAdd) -> f32 {
        power(self, exponent, mul_add)
    }
    #[inline(always)]
    fn normal_by(self, mul_add: MulAdd) -> (f32, f32) {
        normal::single(self, mul_add)
    }

    #[inline]
    fn sin_cos(self) -> (f32, f32) {
        libm::sincosf(self)
    }
    #[inline(always)]
    fn sin_cos_near(self, mul_add: MulAdd) -> (f32, f32) {
        sine::sin_cos(self, mul_add)
    }
    #[inline(always)]
    fn tan_near(self, mul_add: MulAdd) -> f32 {
        sine::tan(self, mul_add)
    }
    const FAR_ANGLE: f32 = sine::FAR_ANGLE;

    #[inline(always)]
    fn fused_mul_add(self, factor: f32, term: f32) -> f32 {
        self.mul_add(factor, term)
    }
}

impl Digits for f32 {
    #[inline(always)]
    fn high_digits(self) -> f32 {
        f32::from_bits(self.to_bits() & (u32::MAX << 12))
    }
}

impl Elementary for f64 {
    type Wide = f64;
    #[inline(always)]
    fn widen(self) -> f64 {
        self
    }
    #[inline(always)]
    fn narrow(wide: f64) -> f64 {
        wide
    }
    #[inline(always)]
    fn rounded(self, by: impl Fn(f64) -> f64) -> f64 {
        by(self)
    }
    #[inline]
    fn truncated(self) -> u64 {
        self as u64
    }
    #[inline(always)]
    fn magnitude(self) -> Self {
        self.abs()
    }

    #[inline(always)]
    fn exp_by(self, mul_add: MulAdd) -> f64 {
        double::exp(self, mul_add)
    }
    #[inline(always)]
    fn tanh_by(self, mul_add: MulAdd) -> f64 {
        double::tanh(self, mul_add)
    }
    #[inline(always)]
    fn exp_m1_by(self, _: MulAdd) -> f64 {
        libm::expm1(self)
    }
    #[inline(always)]
    fn ln_by(self, _: MulAdd) -> f64 {
        libm::log(self)
    }
    #[inline(always)]
    fn ln_1p_by(self, _: MulAdd) -> f64 {
        libm::log1p(self)
    }
    #[inline(always)]
    fn ln_1p_of_unit_by(self, _: MulAdd) -> f64 {
        libm::log1p(self)
    }
    #[inline(always)]
    fn erf_by(self, _: MulAdd) -> f64 {
        libm::erf(self)
    }
    #[inline(always)]
    fn exp2_by(self, _: MulAdd) -> f64 {
        libm::exp2(self)
    }
    #[inline(always)]
    fn log2_by(self, _: MulAdd) -> f64 {
        libm::log2(self)
    }
    #[inline(always)]
    fn log10_by(self, _: MulAdd) -> f64 {
        libm::log10(self)
    }
    #[inline(always)]
    fn sinh_by(self, _: MulAdd) -> f64 {
        libm::sinh(self)
    }
    #[inline(always)]
    fn cosh_by(self, _: MulAdd) -> f64 {
        libm::cosh(self)
    }
    #[inline(always)]
    fn asinh_by(self, _: MulAdd) -> f64 {
        libm::asinh(self)
    }
    #[inline(always)]
    fn acosh_by(self, _: MulAdd) -> f64 {
        // It returns numbers for some arguments below -1.
        if self < 1.0 { f64::NAN } else { libm::acosh(self) }
    }
    #[inline(always)]
    fn atanh_by(self, _: MulAdd) -> f64 {
        libm::atanh(self)
    }
    #[inline(always)]
    fn cbrt_by(self, _: MulAdd) -> f64 {
        libm::cbrt(self)
    }
    #[inline(always)]
    fn erfc_by(self, _: MulAdd) -> f64 {
        libm::erfc(self)
    }
    #[inline(always)]
    fn asin_by(self, _: MulAdd) -> f64 {
        libm::asin(self)
    }
    #[inline(always)]
    fn acos_by(self, _: MulAdd) -> f64 {
        libm::acos(self)
    }
    #[inline(always)]
    fn atan2_by(self, x: f64, _: MulAdd) -> f64 {
        libm::atan2(self, x)
    }
    #[inline(always)]
    fn hypotenuse(self, other: f64) -> f64 {
        libm::hypot(self, other)
    }
    fn roots_into(x: &[f64], y: &mut [f64]) {
        roots::roots_of_each(x, y);
    }
    fn reciprocal_roots_into(x: &[f64], y: &mut [f64]) {
        roots::reciprocal_roots_of_each(x, y);
    }
    fn exp_into(x: &[f64], y: &mut [f64]) {
        map_by_wide(x, y, f64::exp_by);
    }
    fn ln_into(x: &[f64], y: &mut [f64]) {
        map_by_wide(x, y, f64::ln_by);
    }
    #[inline]
    fn to_power(self, exponent: f64, _: MulAdd) -> f64 {
        libm::pow(self, exponent)
    }
    #[inline]
    fn raised_to(self, exponent: Exponent<f64>, _: MulAdd) -> f64 {
        libm::pow(self, exponent.value)
    }
    #[inline(always)]
    fn normal_by(self, mul_add: MulAdd) -> (f64, f64) {
        normal::double(self, mul_add)
    }

    #[inline]
    fn sin_cos(self) -> (f64, f64) {
        libm::sincos(self)
    }
    #[inline(always)]
    fn sin_cos_near(self, mul_add: MulAdd) -> (f64, f64) {
        double::sin_cos(self, mul_add)
    }
    #[inline(always)]
    fn tan_near(self, mul_add: MulAdd) -> f64 {
        let (sin, cos) = double::sin_cos(self, mul_add);
        sin / cos
    }
    const FAR_ANGLE: f64 = double::FAR_ANGLE;

    #[inline(always)]
    fn fused_mul_add(self, factor: f64, term: f64) -> f64 {
        self.mul_add(factor, term)
    }
}

impl Digits for f64 {
    #[inline(always)]
    fn high_digits(self) -> f64 {
        f64::from_bits(self.to_bits() & (u64::MAX << 27))
    }
}
