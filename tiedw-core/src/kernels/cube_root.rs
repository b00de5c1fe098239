//! The cube root in `f32`, without branches, so that loops over it are vectorized.

use super::simd::MulAdd;

/// 2¹⁶ and 2⁻¹⁶, whose cubes scale elements whose cubes of roots might overflow or be subnormal.
const LARGE: f32 = 65_536.0;
const SMALL: f32 = 1.0 / LARGE;

/// A third of the bits of an element are about those of its cube root, but for this.
const OFFSET: u32 = 709_958_130;

/// The cube root, with an error of at most one and a half units in the last place.
#[inline(always)]
pub(crate) fn cbrt(x: f32, mul_add: MulAdd) -> f32 {
    let a = x.abs();
    let scale = if a < 1e-30 { SMALL } else { 1.0 };
    let scale = if a > 1e30 { LARGE } else { scale };
    let inverse = if a < 1e-30 { LARGE } else { 1.0 };
    let inverse = if a > 1e30 { SMALL } else { inverse };
    let a = a * inverse * inverse * inverse;
    let t = f32::from_bits(a.to_bits() / 3 + OFFSET);
    // A step of Halley's method, which triples the digits, and one of Newton's.
    let cube = t * t * t;
    let t = t * ((cube + 2.0 * a) / (2.0 * cube + a));
    let square = t * t;
    let excess = mul_add.of(square, t, -a);
    let y = (t - excess / (3.0 * square)) * scale;
    if (x != 0.0) & (x.abs() < f32::INFINITY) { y.copysign(x) } else { x }
}

#[cfg(test)]
mod tests {
    use super::super::angles::tests::check;
    use super::*;

    #[test]
    fn cube_roots_are_close() {
        let ways = [MulAdd::PORTABLE, MulAdd::FUSED];
        for (step, way) in (-200_000..=200_000).flat_map(|step| ways.map(|way| (step, way))) {
            let step = step as f32;
            for x in [step * 1e-5, step * 7e-3, step * 1.7e33, step * 1e-36, step * 1e-44] {
                check(cbrt(x, way), libm::cbrt(f64::from(x)), 1.5, x);
            }
        }
        for n in 0..300 {
            assert_eq!(cbrt((n * n * n) as f32, ways[0]).round(), n as f32);
        }
        assert_eq!([f32::MAX, f32::INFINITY].map(|x| cbrt(x, ways[0])), [f32::MAX.cbrt(), f32::INFINITY]);
        assert!(cbrt(-0.0, ways[0]).is_sign_negative() && cbrt(f32::NAN, ways[0]).is_nan());
    }
}
