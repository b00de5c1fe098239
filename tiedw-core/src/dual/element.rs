//! The functions that bodies call.

use super::Dual;
use crate::Element;

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
        let sign = if self.value > E::ZERO {
            E::ONE
        } else if self.value < E::ZERO {
            -E::ONE
        } else {
            E::ZERO
        };
        self.through(self.value.abs(), sign)
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
}
