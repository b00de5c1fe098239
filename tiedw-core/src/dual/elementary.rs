//! The functions that kernels call, each with its derivative.

use std::f64::consts::{FRAC_2_SQRT_PI, LN_2, LN_10};

use super::{Dual, scaled};
use crate::Element;
use crate::kernels::{
    Elementary, Exponent, MulAdd, angle_slopes, map_by_wide, reciprocal_roots_of_each, roots_of_each,
};

/// Defines functions by those of the values: a line each, with the derivative for the value x and the result y.
macro_rules! functions {
    ($($name:ident |$x:ident, $y:ident, $m:ident| $slope:expr;)+) => {$(
        #[inline(always)]
        fn $name(self, $m: MulAdd) -> Self {
            let ($x, $y) = (self.value, self.value.$name($m));
            let _ = $x;
            self.through($y, $slope)
        }
    )+};
}

impl<E: Element> Elementary for Dual<E> {
    type Wide = Dual<E::Wide>;
    #[inline(always)]
    fn widen(self) -> Dual<E::Wide> {
        Dual::new(self.value.widen(), self.tangent.widen())
    }
    #[inline(always)]
    fn narrow(wide: Dual<E::Wide>) -> Self {
        Dual::new(E::narrow(wide.value), E::narrow(wide.tangent))
    }
    #[inline(always)]
    fn rounded(self, by: impl Fn(f64) -> f64) -> Self {
        Dual::constant(self.value.rounded(by))
    }
    #[inline]
    fn truncated(self) -> u64 {
        self.value.truncated()
    }
    #[inline(always)]
    fn yields_to(self, other: Self) -> Self {
        if self == other { other } else { self }
    }
    fn shares_with(self, all: &[Self]) -> Self {
        let is_same = |x: &&Self| **x == self || x.is_nan() && self.is_nan();
        let same: Vec<Self> = all.iter().filter(is_same).copied().collect();
        let values: Vec<E> = same.iter().map(|x| x.value).collect();
        let tangents = same.iter().fold(E::ZERO, |sum, x| sum + x.tangent);
        Dual::new(self.value.shares_with(&values), tangents / E::from_count(same.len()))
    }
    #[inline(always)]
    fn magnitude(self) -> Self {
        if self.value < E::ZERO { -self } else { Dual::new(self.value.magnitude(), self.tangent) }
    }
    #[inline(always)]
    fn replaced_by(self, value: Self) -> Self {
        Dual::new(value.value, self.tangent)
    }
    #[inline(always)]
    fn with_slope(self, value: Self, slope: Self) -> Self {
        self.through(self.value.with_slope(value.value, slope.value), slope.value)
    }

    functions! {
        exp_by |x, y, m| y;
        tanh_by |x, y, m| E::ONE - y * y;
        exp_m1_by |x, y, m| x.exp_by(m);
        ln_by |x, y, m| E::ONE / x;
        ln_1p_by |x, y, m| E::ONE / (E::ONE + x);
        ln_1p_of_unit_by |x, y, m| E::ONE / (E::ONE + x);
        erf_by |x, y, m| E::from_f64(FRAC_2_SQRT_PI) * (-x * x).exp_by(m);
        exp2_by |x, y, m| y * E::from_f64(LN_2);
        log2_by |x, y, m| E::ONE / (x * E::from_f64(LN_2));
        log10_by |x, y, m| E::ONE / (x * E::from_f64(LN_10));
        sinh_by |x, y, m| x.cosh_by(m);
        cosh_by |x, y, m| x.sinh_by(m);
        asinh_by |x, y, m| E::ONE / (x * x + E::ONE).sqrt();
        acosh_by |x, y, m| E::ONE / (x * x - E::ONE).sqrt();
        atanh_by |x, y, m| E::ONE / (E::ONE - x * x);
        cbrt_by |x, y, m| E::ONE / (E::from_f64(3.0) * y * y);
        erfc_by |x, y, m| -E::from_f64(FRAC_2_SQRT_PI) * (-x * x).exp_by(m);
        asin_by |x, y, m| E::ONE / ((E::ONE - x) * (E::ONE + x)).sqrt();
        acos_by |x, y, m| -E::ONE / ((E::ONE - x) * (E::ONE + x)).sqrt();
    }

    #[inline(always)]
    fn atan2_by(self, x: Self, mul_add: MulAdd) -> Self {
        let y = self;
        let [by_y, by_x] = angle_slopes(y.value, x.value);
        let tangent = scaled(by_y, y.tangent) + scaled(by_x, x.tangent);
        Dual::new(y.value.atan2_by(x.value, mul_add), tangent)
    }
    #[inline(always)]
    fn hypotenuse(self, other: Self) -> Self {
        let length = self.value.hypotenuse(other.value);
        let tangent = scaled(self.value / length, self.tangent) + scaled(other.value / length, other.tangent);
        Dual::new(length, tangent)
    }
    fn roots_into(x: &[Self], y: &mut [Self]) {
        roots_of_each(x, y);
    }
    fn reciprocal_roots_into(x: &[Self], y: &mut [Self]) {
        reciprocal_roots_of_each(x, y);
    }
    fn exp_into(x: &[Self], y: &mut [Self]) {
        map_by_wide(x, y, Self::exp_by);
    }
    fn ln_into(x: &[Self], y: &mut [Self]) {
        map_by_wide(x, y, Self::ln_by);
    }
    #[inline]
    fn to_power(self, exponent: Self, mul_add: MulAdd) -> Self {
        let slope = if exponent.value.vanishes() || exponent.value == E::ZERO && self.value == E::ZERO {
            E::ZERO
        } else {
            exponent.value * self.value.to_power(exponent.value - E::ONE, mul_add)
        };
        self.power(self.value.to_power(exponent.value, mul_add), slope, exponent)
    }
    #[inline]
    fn raised_to(self, exponent: Exponent<Self>, mul_add: MulAdd) -> Self {
        let (of_value, of_slope) = exponent.of_values();
        let slope = match of_slope {
            Some(_) if of_value.value() == E::ZERO && self.value == E::ZERO => E::ZERO,
            Some(less) => of_value.value() * self.value.raised_to(less, mul_add),
            None => E::ZERO,
        };
        self.power(self.value.raised_to(of_value, mul_add), slope, exponent.value())
    }
    #[inline(always)]
    fn normal_by(self, mul_add: MulAdd) -> (Self, Self) {
        let (cdf, density) = self.value.normal_by(mul_add);
        (self.through(cdf, density), self.through(density, -self.value * density))
    }

    #[inline]
    fn sin_cos(self) -> (Self, Self) {
        let (sin, cos) = self.value.sin_cos();
        (self.through(sin, cos), self.through(cos, -sin))
    }
    #[inline(always)]
    fn sin_cos_near(self, mul_add: MulAdd) -> (Self, Self) {
        let (sin, cos) = self.value.sin_cos_near(mul_add);
        (self.through(sin, cos), self.through(cos, -sin))
    }
    #[inline(always)]
    fn tan_near(self, mul_add: MulAdd) -> Self {
        let tan = self.value.tan_near(mul_add);
        self.through(tan, E::ONE + tan * tan)
    }
    const FAR_ANGLE: Self = Dual::constant(E::FAR_ANGLE);

    #[inline(always)]
    fn fused_mul_add(self, factor: Self, term: Self) -> Self {
        let tangent = self.value.fused_mul_add(factor.tangent, term.tangent);
        Dual::new(
            self.value.fused_mul_add(factor.value, term.value),
            self.tangent.fused_mul_add(factor.value, tangent),
        )
    }
}

impl<E: Element> Dual<E> {
    /// A power, given its value and its derivative by the base. That by the exponent is 0 at 0, as in PyTorch.
    #[inline(always)]
    pub(super) fn power(self, value: E, slope: E, exponent: Self) -> Self {
        let is_flat = self.value == E::ZERO && exponent.value >= E::ZERO;
        let by_exponent = if is_flat || exponent.tangent.vanishes() {
            E::ZERO
        } else {
            value * self.value.ln() * exponent.tangent
        };
        Dual::new(value, scaled(slope, self.tangent) + by_exponent)
    }
}
