//! The operations of an element type that elementary functions use.

use std::ops::{Add, Mul, Neg, Sub};

use super::exp::{erf, exp, exp_m1, ln_1p, tanh};
use super::normal::{ERFC_F32, ERFC_F64};
use super::power::{Exponent, power};
use super::simd::MulAdd;
use super::trigonometric;

/// The operations of an element type that elementary functions use.
pub trait Elementary:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Neg<Output = Self> + 'static
{
    /// The coefficients of the complementary error function.
    #[doc(hidden)]
    const ERFC: &'static [Self];

    #[doc(hidden)]
    fn exp_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn tanh_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn exp_m1_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn ln_1p_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn erf_by(self, mul_add: MulAdd) -> Self;
    #[doc(hidden)]
    fn to_power(self, exponent: Self) -> Self;
    /// The same, vectorized in `f32`.
    #[doc(hidden)]
    fn to_finite_power(self, exponent: Exponent<Self>) -> Self;
    #[doc(hidden)]
    fn widened(self) -> f64;

    /// The sine and the cosine.
    #[doc(hidden)]
    fn sin_cos(self) -> (Self, Self);
    /// The same for a magnitude below `FAR_ANGLE`, without branches in `f32`.
    #[doc(hidden)]
    fn sin_cos_near(self) -> (Self, Self);
    #[doc(hidden)]
    const FAR_ANGLE: Self;

    /// self · factor + term with a single rounding: one instruction if the caller is compiled for FMA, else a slow
    /// call.
    #[doc(hidden)]
    fn fused_mul_add(self, factor: Self, term: Self) -> Self;

    /// The upper half of the digits, whose square is exact.
    #[doc(hidden)]
    fn high_digits(self) -> Self;
}

impl Elementary for f32 {
    const ERFC: &'static [f32] = ERFC_F32;

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
    fn ln_1p_by(self, mul_add: MulAdd) -> f32 {
        ln_1p(self, mul_add)
    }
    #[inline(always)]
    fn erf_by(self, mul_add: MulAdd) -> f32 {
        erf(self, mul_add)
    }
    #[inline]
    fn to_power(self, exponent: f32) -> f32 {
        libm::powf(self, exponent)
    }
    #[inline(always)]
    fn to_finite_power(self, exponent: Exponent<f32>) -> f32 {
        power(self, exponent)
    }
    #[inline]
    fn widened(self) -> f64 {
        f64::from(self)
    }

    #[inline]
    fn sin_cos(self) -> (f32, f32) {
        libm::sincosf(self)
    }
    #[inline(always)]
    fn sin_cos_near(self) -> (f32, f32) {
        trigonometric::sin_cos(self)
    }
    const FAR_ANGLE: f32 = trigonometric::FAR_ANGLE;

    #[inline(always)]
    fn fused_mul_add(self, factor: f32, term: f32) -> f32 {
        self.mul_add(factor, term)
    }
    #[inline(always)]
    fn high_digits(self) -> f32 {
        f32::from_bits(self.to_bits() & (u32::MAX << 12))
    }
}

impl Elementary for f64 {
    const ERFC: &'static [f64] = ERFC_F64;

    #[inline(always)]
    fn exp_by(self, _: MulAdd) -> f64 {
        libm::exp(self)
    }
    #[inline(always)]
    fn tanh_by(self, _: MulAdd) -> f64 {
        libm::tanh(self)
    }
    #[inline(always)]
    fn exp_m1_by(self, _: MulAdd) -> f64 {
        libm::expm1(self)
    }
    #[inline(always)]
    fn ln_1p_by(self, _: MulAdd) -> f64 {
        libm::log1p(self)
    }
    #[inline(always)]
    fn erf_by(self, _: MulAdd) -> f64 {
        libm::erf(self)
    }
    #[inline]
    fn to_power(self, exponent: f64) -> f64 {
        libm::pow(self, exponent)
    }
    #[inline]
    fn to_finite_power(self, exponent: Exponent<f64>) -> f64 {
        libm::pow(self, exponent.value)
    }
    #[inline]
    fn widened(self) -> f64 {
        self
    }

    #[inline]
    fn sin_cos(self) -> (f64, f64) {
        libm::sincos(self)
    }
    #[inline(always)]
    fn sin_cos_near(self) -> (f64, f64) {
        libm::sincos(self)
    }
    const FAR_ANGLE: f64 = f64::INFINITY;

    #[inline(always)]
    fn fused_mul_add(self, factor: f64, term: f64) -> f64 {
        self.mul_add(factor, term)
    }
    #[inline(always)]
    fn high_digits(self) -> f64 {
        f64::from_bits(self.to_bits() & (u64::MAX << 27))
    }
}
