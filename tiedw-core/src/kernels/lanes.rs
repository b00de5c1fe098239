//! Reductions of a row in independent lanes, to be inlined into vectorized kernels.

use super::simd::MulAdd;
use crate::Element;

const LANES: usize = 16;
/// Enough independent sums that the compiler keeps their loop and vectorizes it.
const WIDE: usize = 64;

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
    if !a_wide.is_empty() {
        let mut wide = [[E::ZERO; WIDE]; S];
        for ((a, b), c) in a_wide.iter().zip(b_wide).zip(c_wide) {
            add(&mut wide, a, b, c, &f);
        }
        for (lanes, wide) in lanes.iter_mut().zip(&wide) {
            for part in wide.as_chunks::<LANES>().0 {
                for (lane, part) in lanes.iter_mut().zip(part) {
                    *lane += *part;
                }
            }
        }
    }
    let (a_narrow, a) = a.as_chunks::<LANES>();
    let (b_narrow, b) = b.as_chunks::<LANES>();
    let (c_narrow, c) = c.as_chunks::<LANES>();
    for ((a, b), c) in a_narrow.iter().zip(b_narrow).zip(c_narrow) {
        add(&mut lanes, a, b, c, &f);
    }
    let mut sums = lanes.map(|lanes| folded(lanes, |x, y| x + y));
    for ((&a, &b), &c) in a.iter().zip(b).zip(c) {
        for (sum, part) in sums.iter_mut().zip(f(a, b, c)) {
            *sum += part;
        }
    }
    sums
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
        for (sums, part) in sums.iter_mut().zip(parts) {
            sums[lane] += part;
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
    a.iter().fold(folded(lanes, f), |reduced, &x| f(x, reduced))
}

/// The maximum; NaN is ignored.
#[inline(always)]
pub(crate) fn largest<E: Element>(a: &[E]) -> E {
    reduced(a, E::NEG_INFINITY, |x, y| if x > y { x } else { y })
}

/// The index of the first element that satisfies `f`.
#[inline(always)]
pub(crate) fn first<E: Element>(a: &[E], f: impl Fn(E) -> bool + Copy) -> Option<usize> {
    let (wide, _) = a.as_chunks::<WIDE>();
    let without = wide.iter().take_while(|a| !a.iter().fold(false, |any, &x| any | f(x))).count();
    let start = without * WIDE;
    a[start..].iter().position(|&x| f(x)).map(|at| start + at)
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
