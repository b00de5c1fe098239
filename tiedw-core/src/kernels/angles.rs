//! The inverse trigonometric functions in `f32`, without branches, so that loops over them are vectorized.

use std::f32::consts::{FRAC_PI_2, PI};

use super::simd::MulAdd;
use crate::Element;

/// What π and π/2 lose as `f32`.
const PI_LOW: f32 = -8.742_278e-8;
const HALF_PI_LOW: f32 = -4.371_139e-8;

/// The derivatives of the angle of the point (x, y), by y and by x. They are 0 at the origin, as in PyTorch.
///
/// The point is scaled so that squares of `f32` neither overflow nor underflow.
#[inline(always)]
pub(crate) fn angle_slopes<E: Element>(y: E, x: E) -> [E; 2] {
    let [far, near] = [60, -40].map(|exponent| E::from_f64(2.0_f64.powi(exponent)));
    let (of_x, of_y) = (x.abs(), y.abs());
    let distance = if of_x > of_y { of_x } else { of_y };
    let scale = if distance > far {
        E::from_f64(2.0_f64.powi(-80))
    } else if distance < near {
        E::from_f64(2.0_f64.powi(80))
    } else {
        E::ONE
    };
    let (x, y) = (x * scale, y * scale);
    let square = x * x + y * y;
    // The tangent of an infinite square is NaN.
    let is_flat = square == E::ZERO || const { E::HAS_TANGENT } && square.is_infinite();
    [x, -y].map(|part| if is_flat { part * E::ZERO } else { part / square * scale })
}

/// π - angle.
#[inline(always)]
fn from_pi(angle: f32) -> f32 {
    PI - (angle - PI_LOW)
}

/// π/2 - angle.
#[inline(always)]
fn from_half_pi(angle: f32) -> f32 {
    FRAC_PI_2 - (angle - HALF_PI_LOW)
}

/// Up to ½, the arcsine of |x|; above, half the arccosine of |x|: asin(√((1 - |x|) / 2)).
#[inline(always)]
fn arcsine(a: f32, mul_add: MulAdd) -> f32 {
    let half = 0.5 * (1.0 - a);
    let (s, z) = if a > 0.5 { (half.sqrt(), half) } else { (a, a * a) };
    // Interpolates (asin(s) / s - 1) / s² in s² at Chebyshev nodes between 0 and ¼.
    let p = mul_add.of(3.369_084_7e-2, z, 1.714_923_8e-2);
    let p = mul_add.of(p, z, 3.110_066_2e-2);
    let p = mul_add.of(p, z, 4.459_940_3e-2);
    let p = mul_add.of(p, z, 7.500_094e-2);
    let p = mul_add.of(p, z, 1.666_666_6e-1);
    mul_add.of(p * z, s, s)
}

/// The arcsine, with an error of at most two units in the last place; NaN outside -1 to 1.
#[inline(always)]
pub(crate) fn asin(x: f32, mul_add: MulAdd) -> f32 {
    let a = x.abs();
    let y = arcsine(a, mul_add);
    (if a > 0.5 { from_half_pi(y + y) } else { y }).copysign(x)
}

/// The arccosine, with an error of at most two units in the last place; NaN outside -1 to 1.
#[inline(always)]
pub(crate) fn acos(x: f32, mul_add: MulAdd) -> f32 {
    let a = x.abs();
    let y = arcsine(a, mul_add);
    let far = if x > 0.0 { y + y } else { from_pi(y + y) };
    if a > 0.5 { far } else { from_half_pi(y.copysign(x)) }
}

/// The angle of the point (x, y), from -π to π, with an error of at most two units in the last place.
#[inline(always)]
pub(crate) fn atan2(y: f32, x: f32, mul_add: MulAdd) -> f32 {
    let (a, b) = (x.abs(), y.abs());
    let is_steep = b > a;
    let (low, high) = if is_steep { (a, b) } else { (b, a) };
    let (low, high) = if high == f32::INFINITY { ((low == high) as u8 as f32, 1.0) } else { (low, high) };
    // At the origin, the angle is that of an axis.
    let t = if high == 0.0 { low } else { low / high };
    let z = t * t;
    // Interpolates (atan(t) / t - 1) / t² in t² at Chebyshev nodes between 0 and 1.
    let p = mul_add.of(-2.386_997_2e-3, z, 1.350_777_1e-2);
    let p = mul_add.of(p, z, -3.587_154e-2);
    let p = mul_add.of(p, z, 6.250_169e-2);
    let p = mul_add.of(p, z, -8.656_88e-2);
    let p = mul_add.of(p, z, 1.103_376_45e-1);
    let p = mul_add.of(p, z, -1.427_856_8e-1);
    let p = mul_add.of(p, z, 1.999_974e-1);
    let p = mul_add.of(p, z, -3.333_333e-1);
    let angle = mul_add.of(p * z, t, t);
    let angle = if is_steep { from_half_pi(angle) } else { angle };
    let angle = if x.is_sign_negative() { from_pi(angle) } else { angle };
    if x.is_nan() | y.is_nan() { f32::NAN } else { angle.copysign(y) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// `units` in the last place of the exact value.
    #[track_caller]
    pub(in super::super) fn check(ours: f32, exact: f64, units: f64, x: f32) {
        let rounded = exact as f32;
        let error = (f64::from(ours) - exact).abs() / f64::from(rounded.abs().next_up() - rounded.abs());
        assert!(error < units || ours == rounded, "{x}: {ours} is {error} units from {exact}");
    }

    const WAYS: [MulAdd; 2] = [MulAdd::PORTABLE, MulAdd::FUSED];

    #[test]
    fn arcsine_and_arccosine_are_close() {
        for (step, way) in (-100_000..=100_000).flat_map(|step| WAYS.map(|way| (step, way))) {
            for x in [step as f32 / 1e5, step as f32 / 1e8, 1.0 - step as f32 / 1e9] {
                let x = x.min(1.0);
                check(asin(x, way), f64::from(x).asin(), 2.5, x);
                check(acos(x, way), f64::from(x).acos(), 2.0, x);
            }
        }
        assert_eq!(acos(1.0, MulAdd::PORTABLE), 0.0);
        for x in [1.000_001, -2.0, f32::INFINITY, f32::NAN] {
            assert!(asin(x, MulAdd::PORTABLE).is_nan() && acos(x, MulAdd::PORTABLE).is_nan());
        }
        assert!(asin(-0.0, MulAdd::PORTABLE).is_sign_negative());
    }

    #[test]
    fn angles_of_points_are_close() {
        for (step, way) in (-200_000..=200_000).flat_map(|step| WAYS.map(|way| (step, way))) {
            let y = step as f32 / 1e5;
            for x in [1.0, -1.0, 0.3, -3e4, 1e-30] {
                for (y, x) in [(y, x), (x, y)] {
                    check(atan2(y, x, way), f64::from(y).atan2(f64::from(x)), 2.0, y);
                }
            }
        }
        let ends = [0.0, -0.0, 1.0, -1.0, 1e-40, 3e38, f32::INFINITY, f32::NEG_INFINITY, f32::NAN];
        for (x, y) in ends.iter().flat_map(|&x| ends.map(|y| (x, y))) {
            let (ours, exact) = (atan2(y, x, MulAdd::PORTABLE), f64::from(y).atan2(f64::from(x)));
            assert!(
                ours.is_nan() == exact.is_nan() && ours.is_sign_negative() == exact.is_sign_negative()
                    || exact.is_nan()
            );
            if !exact.is_nan() {
                check(ours, exact, 2.0, y);
            }
        }
    }
}
