//! The operations of an element type that elementary functions use.

use std::ops::{Add, Mul, Neg, Sub};

use super::exp::{exp, tanh};
use super::normal::{ERFC_F32, ERFC_F64};
use super::simd::MulAdd;

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
    fn fused_mul_add(self, factor: f64, term: f64) -> f64 {
        self.mul_add(factor, term)
    }
    #[inline(always)]
    fn high_digits(self) -> f64 {
        f64::from_bits(self.to_bits() & (u64::MAX << 27))
    }
}
