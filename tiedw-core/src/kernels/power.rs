//! Powers.

use super::rows::share_of_rows;
use super::simd::{MulAdd, vectorized};
use super::threads::parallel_for_each;
use crate::pooled_vec::PooledVec;
use crate::{Dual, Element};

/// An exponent, and what it makes of negative numbers.
#[derive(Clone, Copy)]
pub struct Exponent<E> {
    pub(super) value: E,
    is_integer: bool,
    is_odd: bool,
}

impl<E: Element> Exponent<E> {
    #[inline(always)]
    pub(crate) fn new(value: E) -> Self {
        let is_integer = |x: E| x.rounded(f64::floor) == x;
        let is_even = is_integer(value * E::from_f64(0.5));
        Exponent { value, is_integer: is_integer(value), is_odd: !is_even }
    }

    pub(crate) fn value(self) -> E {
        self.value
    }
}

impl<E: Element> Exponent<Dual<E>> {
    /// The exponent without its tangent, and that less 1; `None` if the exponent is 0, whose power has no slope.
    #[inline]
    pub(crate) fn of_values(self) -> (Exponent<E>, Option<Exponent<E>>) {
        let Exponent { value: Dual { value, .. }, is_integer, is_odd } = self;
        let less = Exponent::new(value - E::ONE);
        (Exponent { value, is_integer, is_odd }, (!value.vanishes()).then_some(less))
    }
}

/// Each element to the power.
pub(crate) fn powers<E: Element>(x: &[E], exponent: Exponent<E>) -> PooledVec<E> {
    let mut y = PooledVec::unset(x.len());
    match share_of_rows(x.len(), 1) {
        None => powers_of_part(x, &mut y, exponent),
        Some(share) => {
            let parts = x.chunks(share).zip(y.chunks_mut(share));
            parallel_for_each(parts, |(x, y)| powers_of_part(x, y, exponent));
        }
    }
    y
}

vectorized! {
    fn powers_of_part[E: Element](x: &[E], y: &mut [E], exponent: Exponent<E>; mul_add) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = x.raised_to(exponent, mul_add);
        }
    }
}

/// d <- d · factor · x to the power `less`: the pullback of [`powers`] for its exponent and the exponent less 1.
pub(crate) fn powers_vjp<E: Element>(d: &mut [E], x: &[E], factor: E, less: Exponent<E>) {
    match share_of_rows(x.len(), 1) {
        None => powers_of_part_vjp(d, x, factor, less),
        Some(share) => {
            let parts = d.chunks_mut(share).zip(x.chunks(share));
            parallel_for_each(parts, |(d, x)| powers_of_part_vjp(d, x, factor, less));
        }
    }
}

vectorized! {
    fn powers_of_part_vjp[E: Element](d: &mut [E], x: &[E], factor: E, less: Exponent<E>; mul_add) {
        for (d, &x) in d.iter_mut().zip(x) {
            // The power with the exponent 0 has no slope at 0.
            let is_flat = factor.vanishes() || factor == E::ZERO && x == E::ZERO;
            *d = if is_flat { E::ZERO } else { *d * (factor * x.raised_to(less, mul_add)) };
        }
    }
}

/// x to the power, in `f64` without branches, so that loops over it are vectorized: correct to the last place but for rounding.
///
/// exp(exponent · ln |x|), with |x| = 2ᵏ (1 + f) as in `ln_1p`, and n ln 2 + r as in `exp`.
#[inline(always)]
pub(super) fn power(x: f32, exponent: Exponent<f32>, mul_add: MulAdd) -> f32 {
    use std::f64::consts::{LN_2, LOG2_E};
    const ROOT_HALF: u64 = std::f64::consts::FRAC_1_SQRT_2.to_bits();
    // 1.5 · 2⁵²: adding it rounds to an integer, which is then in the low bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    const LN_2_LOW: f64 = 2.319_046_813_846_3e-17;
    let a = f64::from(x.abs());
    let bits = a.to_bits().wrapping_add(1_f64.to_bits() - ROOT_HALF);
    let k = f64::from((bits >> 52) as i32 - 1023);
    let f = f64::from_bits((bits & (u64::MAX >> 12)).wrapping_add(ROOT_HALF)) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let p = mul_add.of(z, 2.0 / 13.0, 2.0 / 11.0);
    let p = mul_add.of(z, p, 2.0 / 9.0);
    let p = mul_add.of(z, p, 2.0 / 7.0);
    let p = mul_add.of(z, p, 2.0 / 5.0);
    let p = mul_add.of(z, p, 2.0 / 3.0);
    let ln = mul_add.of(k, LN_2, s * mul_add.of(z, p, 2.0));
    let ln = if a == 0.0 { f64::NEG_INFINITY } else { ln };
    let ln = if a < f64::INFINITY { ln } else { a };
    let exponent_value = f64::from(exponent.value);
    let t = if exponent_value == 0.0 || ln == 0.0 { 0.0 } else { exponent_value * ln };
    // Beyond these bounds the result is infinite or zero; NaN passes both comparisons.
    let t = if t > 120.0 { 120.0 } else { t };
    let t = if t < -120.0 { -120.0 } else { t };
    let rounded = mul_add.of(t, LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = mul_add.of(-n, LN_2_LOW, mul_add.of(-n, LN_2, t));
    let p = mul_add.of(r, 1.0 / 362_880.0, 1.0 / 40320.0);
    let p = mul_add.of(r, p, 1.0 / 5040.0);
    let p = mul_add.of(r, p, 1.0 / 720.0);
    let p = mul_add.of(r, p, 1.0 / 120.0);
    let p = mul_add.of(r, p, 1.0 / 24.0);
    let p = mul_add.of(r, p, 1.0 / 6.0);
    let p = mul_add.of(r, p, 0.5);
    let p = mul_add.of(r, p, 1.0);
    let p = mul_add.of(r, p, 1.0);
    let scale = f64::from_bits((rounded.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(1023)) << 52);
    let y = (p * scale) as f32;
    let of_negative = match (exponent.is_integer, exponent.is_odd) {
        (true, false) => y,
        (true, true) => -y,
        (false, _) => {
            if a == 0.0 || a == f64::INFINITY {
                y
            } else {
                f32::NAN
            }
        }
    };
    if x.is_sign_negative() { of_negative } else { y }
}
