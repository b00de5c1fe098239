//! Reductions of a row in independent lanes, to be inlined into vectorized kernels.

use super::simd::MulAdd;
use crate::Element;

const LANES: usize = 16;
/// Enough independent sums that the compiler keeps their loop and vectorizes it.
const WIDE: usize = 64;
/// So many wide lanes are added before their sum is added to that of the others, so that rounding errors of long rows stay small.
const BLOCK: usize = 128;

/// The sums over i of each component of `f(a[i])`.
#[inline(always)]
pub(crate) fn sums<E: Element, const S: usize>(a: &[E], f: impl Fn(E) -> [E; S]) -> [E; S] {
    sums3(a, a, a, |a, _, _| f(a))
}

/// The sums over i of each component of `f(a[i], b[i])`.
#[inline(always)]
pub(crate) fn sums2<E: Element, const S: usize>(a: &[E], b: &[E], f: impl Fn(E, E) -> [E; S]) -> [E; S] {
    sums3(a, b, a, |a, b, _| f(a, b))
}

/// The sums over i of each component of `f(a[i], b[i], c[i])`.
#[inline(always)]
pub(crate) fn sums3<E: Element, const S: usize>(
    a: &[E],
    b: &[E],
    c: &[E],
    f: impl Fn(E, E, E) -> [E; S],
) -> [E; S] {
    let (b, c) = (&b[..a.len()], &c[..a.len()]);
    let (a_wide, a) = a.as_chunks::<WIDE>();
    let (b_wide, b) = b.as_chunks::<WIDE>();
    let (c_wide, c) = c.as_chunks::<WIDE>();
    let mut lanes = [[E::ZERO; LANES]; S];
    for ((a, b), c) in a_wide.chunks(BLOCK).zip(b_wide.chunks(BLOCK)).zip(c_wide.chunks(BLOCK)) {
        let mut wide = [[E::ZERO; WIDE]; S];
        for ((a, b), c) in a.iter().zip(b).zip(c) {
            add(&mut wide, a, b, c, &f);
        }
        narrow(&mut lanes, &wide);
    }
    let (a_narrow, a) = a.as_chunks::<LANES>();
    let (b_narrow, b) = b.as_chunks::<LANES>();
    let (c_narrow, c) = c.as_chunks::<LANES>();
    for ((a, b), c) in a_narrow.iter().zip(b_narrow).zip(c_narrow) {
        add(&mut lanes, a, b, c, &f);
    }
    let mut sums = totals(lanes);
    for ((&a, &b), &c) in a.iter().zip(b).zip(c) {
        let parts = f(a, b, c);
        for s in 0..S {
            sums[s] += parts[s];
        }
    }
    sums
}

// What does not call `f` is apart, to be compiled once rather than for each `f`.

/// Adds wide lanes to narrow ones.
#[inline(always)]
fn narrow<E: Element, const S: usize>(lanes: &mut [[E; LANES]; S], wide: &[[E; WIDE]; S]) {
    for s in 0..S {
        let mut parts = [E::ZERO; LANES];
        for part in wide[s].as_chunks::<LANES>().0 {
            for lane in 0..LANES {
                parts[lane] += part[lane];
            }
        }
        for lane in 0..LANES {
            lanes[s][lane] += parts[lane];
        }
    }
}

/// The sums of lanes.
#[inline(always)]
fn totals<E: Element, const S: usize>(lanes: [[E; LANES]; S]) -> [E; S] {
    let mut totals = [E::ZERO; S];
    for s in 0..S {
        totals[s] = folded(lanes[s], |x, y| x + y);
    }
    totals
}

/// Adds `f` of each lane to the sums of that lane.
#[inline(always)]
fn add<E: Element, const S: usize, const N: usize>(
    sums: &mut [[E; N]; S],
    a: &[E; N],
    b: &[E; N],
    c: &[E; N],
    f: &impl Fn(E, E, E) -> [E; S],
) {
    for lane in 0..N {
        let parts = f(a[lane], b[lane], c[lane]);
        for s in 0..S {
            sums[s][lane] += parts[s];
        }
    }
}

/// Reduces all lanes to one, by halves.
#[inline(always)]
fn folded<E: Element>(mut lanes: [E; LANES], f: impl Fn(E, E) -> E) -> E {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] = f(lanes[lane], lanes[lane + width]);
        }
        width /= 2;
    }
    lanes[0]
}

/// Reduces all elements to one by `f`, in any order, from `start` on.
#[inline(always)]
pub(crate) fn reduced<E: Element>(a: &[E], start: E, f: impl Fn(E, E) -> E + Copy) -> E {
    let (wide, a) = a.as_chunks::<WIDE>();
    let mut lanes = [start; LANES];
    if !wide.is_empty() {
        let mut of_wide = [start; WIDE];
        for a in wide {
            for lane in 0..WIDE {
                of_wide[lane] = f(a[lane], of_wide[lane]);
            }
        }
        for part in of_wide.as_chunks::<LANES>().0 {
            for lane in 0..LANES {
                lanes[lane] = f(part[lane], lanes[lane]);
            }
        }
    }
    let (narrow, a) = a.as_chunks::<LANES>();
    for a in narrow {
        for lane in 0..LANES {
            lanes[lane] = f(a[lane], lanes[lane]);
        }
    }
    let mut reduced = folded(lanes, f);
    for &x in a {
        reduced = f(x, reduced);
    }
    reduced
}

/// The maximum; NaN is ignored.
#[inline(always)]
pub(crate) fn largest<E: Element>(a: &[E]) -> E {
    reduced(a, E::NEG_INFINITY, |x, y| if x > y { x } else { y })
}

/// The element that `is_better` than all others, which is false for NaN and true in comparison with `worst`; or the first NaN.
#[inline(always)]
pub(crate) fn extreme<E: Element>(a: &[E], worst: E, is_better: impl Fn(E, E) -> bool + Copy) -> E {
    let pick = |x, y| if is_better(x, y) { x } else { y };
    let (wide, rest) = a.as_chunks::<WIDE>();
    let mut found = reduced(rest, worst, pick);
    let mut has_nan = rest.iter().fold(false, |any, x| any | x.is_nan());
    if !wide.is_empty() {
        let mut lanes = [worst; WIDE];
        for a in wide {
            let mut any = false;
            for lane in 0..WIDE {
                lanes[lane] = pick(a[lane], lanes[lane]);
            }
            // One instruction compares two.
            for lane in 0..WIDE / 2 {
                any |= a[lane].is_nan() | a[lane + WIDE / 2].is_nan();
            }
            has_nan |= any;
        }
        found = pick(reduced(&lanes, worst, pick), found);
    }
    if has_nan { a.iter().copied().find(|x| x.is_nan()).unwrap_or(found) } else { found }
}

/// The index of the first element that satisfies `f`.
#[inline(always)]
pub(crate) fn first<E: Element>(a: &[E], f: impl Fn(E) -> bool + Copy) -> Option<usize> {
    let (wide, _) = a.as_chunks::<WIDE>();
    let mut start = 0;
    for wide in wide {
        let mut any = false;
        for &x in wide {
            any |= f(x);
        }
        if any {
            break;
        }
        start += WIDE;
    }
    for (at, &x) in a.iter().enumerate().skip(start) {
        if f(x) {
            return Some(at);
        }
    }
    None
}

/// Divides the elements by their sum, and returns the factor that they were multiplied by.
#[inline(always)]
pub(crate) fn divide_by_sum<E: Element>(a: &mut [E]) -> E {
    let [sum] = sums(a, |a| [a]);
    let factor = E::ONE / sum;
    for a in a {
        *a *= factor;
    }
    factor
}

/// ln Σ exp(x - top), where `top` is the maximum of `a`.
#[inline(always)]
pub(crate) fn log_sum_exp<E: Element>(a: &[E], top: E, mul_add: MulAdd) -> E {
    let [sum] = sums(a, |x| [(x - top).exp_by(mul_add)]);
    if sum < E::from_f64(1.25) {
        // Sum without the 1 of the maximum: added to 1, the other terms would lose most of their digits.
        let [others] = sums(a, |x| [if x < top { (x - top).exp_by(mul_add) } else { E::ZERO }]);
        others.ln_1p()
    } else {
        sum.ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_long_rows_are_close() {
        let (a, total) = (vec![0.1_f32; (1 << 20) + 17], 0.1_f32 as f64 * f64::from((1 << 20) + 17));
        let [sum, twice] = sums(&a, |x| [x, x + x]);
        assert!((f64::from(sum) / total - 1.0).abs() < 3e-6, "{sum}");
        assert_eq!(twice, 2.0 * sum);
    }

    #[test]
    fn extremes_are_found_at_each_place() {
        for count in [1, 15, 63, 64, 65, 200] {
            for at in 0..count {
                let mut x = vec![1.0_f32; count];
                x[at] = 2.0;
                assert_eq!(extreme(&x, f32::NEG_INFINITY, |x, y| x > y), 2.0);
                x[at] = f32::NEG_INFINITY;
                assert_eq!(extreme(&x, f32::INFINITY, |x, y| x < y), f32::NEG_INFINITY);
                x[count / 2] = f32::INFINITY;
                x[at] = f32::NAN;
                assert!(extreme(&x, f32::NEG_INFINITY, |x, y| x > y).is_nan());
                assert!(extreme(&x, f32::INFINITY, |x, y| x < y).is_nan());
            }
        }
        assert_eq!(extreme(&[f32::NEG_INFINITY; 70], f32::NEG_INFINITY, |x, y| x > y), f32::NEG_INFINITY);
    }
}
