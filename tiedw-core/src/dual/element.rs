//! The functions that bodies call.

use std::cmp::Ordering;
use std::f64::consts::{LN_2, LN_10, PI};

use super::{Dual, scaled};
use crate::Element;
use crate::kernels::angle_slopes;

/// Defines functions by those of the values: a line each, with the derivative for the value x and the result y.
macro_rules! one {
    ($($name:ident |$x:ident, $y:ident| $slope:expr;)+) => {$(
        #[inline]
        fn $name(self) -> Self {
            let ($x, $y) = (self.value, self.value.$name());
            let _ = ($x, $y);
            self.through($y, $slope)
        }
    )+};
}

/// The same for functions of two numbers, with the derivatives by both.
macro_rules! two {
    ($($name:ident |$a:ident, $b:ident, $y:ident| $by_a:expr, $by_b:expr;)+) => {$(
        #[inline]
        fn $name(self, other: Self) -> Self {
            let ($a, $b, $y) = (self.value, other.value, self.value.$name(other.value));
            let _ = ($a, $b, $y);
            Dual::new($y, scaled($by_a, self.tangent) + scaled($by_b, other.tangent))
        }
    )+};
}

impl<E: Element> Element for Dual<E> {
    const ZERO: Self = Dual::constant(E::ZERO);
    const ONE: Self = Dual::constant(E::ONE);
    const EPSILON: Self = Dual::constant(E::EPSILON);
    const NEG_INFINITY: Self = Dual::constant(E::NEG_INFINITY);
    const EPSILON_F64: f64 = E::EPSILON_F64;

    #[inline]
    fn from_f64(value: f64) -> Self {
        Dual::constant(E::from_f64(value))
    }
    // The cotangent of an `f64` is an `f64`, which has no tangent.
    #[inline]
    fn from_f64_vjp(value: f64) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<f64>,) + use<E>) {
        let (value, pullback) = E::from_f64_vjp(value);
        (Dual::constant(value), |d: Self, wanted: [bool; 1]| pullback(d.value, wanted))
    }
    #[inline]
    fn exp(self) -> Self {
        let y = self.value.exp();
        self.through(y, y)
    }
    #[inline]
    fn ln(self) -> Self {
        self.through(self.value.ln(), E::ONE / self.value)
    }
    #[inline]
    fn ln_1p(self) -> Self {
        self.through(self.value.ln_1p(), E::ONE / (E::ONE + self.value))
    }
    #[inline]
    fn sqrt(self) -> Self {
        let y = self.value.sqrt();
        self.through(y, E::ONE / (y + y))
    }
    #[inline]
    fn tanh(self) -> Self {
        let y = self.value.tanh();
        self.through(y, E::ONE - y * y)
    }
    /// The derivative at 0 is 0.
    #[inline]
    fn abs(self) -> Self {
        self.through(self.value.abs(), sign(self.value))
    }
    #[inline(always)]
    fn vanishes(self) -> bool {
        self.value.vanishes() && self.tangent.vanishes()
    }
    #[inline]
    fn is_nan(self) -> bool {
        self.value.is_nan()
    }
    #[inline]
    fn powi(self, exponent: i32) -> Self {
        let slope = match exponent {
            0 => E::ZERO,
            _ => E::from_f64(exponent.into()) * self.value.powi(exponent.saturating_sub(1)),
        };
        self.through(self.value.powi(exponent), slope)
    }
    #[inline]
    fn powf(self, exponent: Self) -> Self {
        let (a, b) = (self.value, exponent.value);
        let is_flat = b.vanishes() || a == E::ZERO && b == E::ZERO;
        let slope = if is_flat { E::ZERO } else { b * a.powf(b - E::ONE) };
        self.power(a.powf(b), slope, exponent)
    }
    one! {
        exp2 |x, y| y * E::from_f64(LN_2);
        exp_m1 |x, y| y + E::ONE;
        log2 |x, y| E::ONE / (x * E::from_f64(LN_2));
        log10 |x, y| E::ONE / (x * E::from_f64(LN_10));
        cbrt |x, y| E::ONE / (E::from_f64(3.0) * y * y);
        recip |x, y| -y * y;
        sin |x, y| x.cos();
        cos |x, y| -x.sin();
        tan |x, y| E::ONE + y * y;
        asin |x, y| E::ONE / (E::ONE - x * x).sqrt();
        acos |x, y| -E::ONE / (E::ONE - x * x).sqrt();
        atan |x, y| angle_slopes(x, E::ONE)[0];
        sinh |x, y| x.cosh();
        cosh |x, y| x.sinh();
        asinh |x, y| E::ONE / (x * x + E::ONE).sqrt();
        acosh |x, y| E::ONE / (x * x - E::ONE).sqrt();
        atanh |x, y| E::ONE / (E::ONE - x * x);
        signum |x, y| E::ZERO;
        floor |x, y| E::ZERO;
        ceil |x, y| E::ZERO;
        round |x, y| E::ZERO;
        round_ties_even |x, y| E::ZERO;
        trunc |x, y| E::ZERO;
        fract |x, y| E::ONE;
        to_degrees |x, y| E::from_f64(180.0 / PI);
        to_radians |x, y| E::from_f64(PI / 180.0);
    }
    two! {
        log |a, b, y| E::ONE / a / b.ln(), -y / b / b.ln();
        hypot |a, b, y| a / y, b / y;
        atan2 |a, b, y| angle_slopes(a, b)[0], angle_slopes(a, b)[1];
        max |a, b, y| share(a > b, a, b), E::ONE - share(a > b, a, b);
        min |a, b, y| share(a < b, a, b), E::ONE - share(a < b, a, b);
        midpoint |a, b, y| E::from_f64(0.5), E::from_f64(0.5);
        copysign |a, b, y| if a == E::ZERO { E::ZERO } else { y / a }, E::ZERO;
        div_euclid |a, b, y| E::ZERO, E::ZERO;
        rem_euclid |a, b, y| E::ONE, -a.div_euclid(b);
    }
    #[inline]
    #[track_caller]
    fn clamp(self, min: Self, max: Self) -> Self {
        let value = self.value.clamp(min.value, max.value);
        let tangent = if self.is_nan() {
            E::ZERO
        } else if self.value <= min.value {
            min.tangent
        } else if self.value >= max.value {
            max.tangent
        } else {
            self.tangent
        };
        Dual::new(value, tangent)
    }
    #[inline]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        let tangent = scaled(factor.value, self.tangent) + scaled(self.value, factor.tangent) + term.tangent;
        Dual::new(self.value.mul_add(factor.value, term.value), tangent)
    }
    #[inline]
    fn is_finite(self) -> bool {
        self.value.is_finite()
    }
    #[inline]
    fn is_infinite(self) -> bool {
        self.value.is_infinite()
    }
    #[inline]
    fn is_sign_positive(self) -> bool {
        self.value.is_sign_positive()
    }
    #[inline]
    fn is_sign_negative(self) -> bool {
        self.value.is_sign_negative()
    }
    #[inline]
    fn total_cmp(&self, other: &Self) -> Ordering {
        self.value.total_cmp(&other.value)
    }
}

/// The derivative of the absolute value; 0 at 0.
fn sign<E: Element>(x: E) -> E {
    if x > E::ZERO {
        E::ONE
    } else if x < E::ZERO {
        -E::ONE
    } else {
        E::ZERO
    }
}

/// The derivative of one of two by the first. PyTorch shares it if they are equal.
fn share<E: Element>(is_taken: bool, a: E, b: E) -> E {
    if is_taken || b.is_nan() {
        E::ONE
    } else if a == b {
        E::from_f64(0.5)
    } else {
        E::ZERO
    }
}
