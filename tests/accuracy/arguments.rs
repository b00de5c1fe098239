//! Arguments at which functions are evaluated.

/// Some thousands of values of each sign and exponent, including subnormal ones, and more near the origin.
pub(crate) fn sweep() -> Vec<f32> {
    let infinity = f32::INFINITY.to_bits();
    // A prime, so that the low bits of the mantissa differ between exponents.
    let all = (0..infinity).step_by(4093).map(f32::from_bits);
    let bend = (0..110 << 12).map(|at| at as f32 / 4096.0 + 1e-5);
    let edges =
        [0.0, f32::MIN_POSITIVE, f32::MAX, 88.722_83, 88.722_84, 103.278_93, 103.972_08, 104.0, 0.625];
    let positive = all.chain(bend).chain(edges);
    positive.flat_map(|x| [x, -x]).collect()
}

/// A subset of [`sweep`], small enough for the loops for short tensors.
pub(crate) fn thin() -> Vec<f32> {
    sweep().into_iter().step_by(97).collect()
}
