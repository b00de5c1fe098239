//! Sums over a row in independent lanes, to be inlined into vectorized kernels.

use crate::Element;

const LANES: usize = 16;

#[inline(always)]
fn reduce<E: Element, const S: usize>(lanes: [[E; LANES]; S], mut rest: [E; S]) -> [E; S] {
    for (rest, mut lanes) in rest.iter_mut().zip(lanes) {
        let mut width = LANES / 2;
        while width > 0 {
            for lane in 0..width {
                let other = lanes[lane + width];
                lanes[lane] += other;
            }
            width /= 2;
        }
        *rest += lanes[0];
    }
    rest
}

/// The sums of the parts of `f(a[i])`.
#[inline(always)]
pub(crate) fn sums<E: Element, const S: usize>(a: &[E], f: impl Fn(E) -> [E; S]) -> [E; S] {
    let mut lanes = [[E::ZERO; LANES]; S];
    let chunks = a.chunks_exact(LANES);
    let mut rest = [E::ZERO; S];
    for &a in chunks.remainder() {
        for (sum, part) in rest.iter_mut().zip(f(a)) {
            *sum += part;
        }
    }
    for a in chunks {
        for lane in 0..LANES {
            let parts = f(a[lane]);
            for s in 0..S {
                lanes[s][lane] += parts[s];
            }
        }
    }
    reduce(lanes, rest)
}

/// The sums of the parts of `f(a[i], b[i])`.
#[inline(always)]
pub(crate) fn sums2<E: Element, const S: usize>(a: &[E], b: &[E], f: impl Fn(E, E) -> [E; S]) -> [E; S] {
    sums3(a, b, a, |a, b, _| f(a, b))
}

/// The sums of the parts of `f(a[i], b[i], c[i])`.
#[inline(always)]
pub(crate) fn sums3<E: Element, const S: usize>(
    a: &[E],
    b: &[E],
    c: &[E],
    f: impl Fn(E, E, E) -> [E; S],
) -> [E; S] {
    let (b, c) = (&b[..a.len()], &c[..a.len()]);
    let mut lanes = [[E::ZERO; LANES]; S];
    let (a, b, c) = (a.chunks_exact(LANES), b.chunks_exact(LANES), c.chunks_exact(LANES));
    let mut rest = [E::ZERO; S];
    for ((&a, &b), &c) in a.remainder().iter().zip(b.remainder()).zip(c.remainder()) {
        for (sum, part) in rest.iter_mut().zip(f(a, b, c)) {
            *sum += part;
        }
    }
    for ((a, b), c) in a.zip(b).zip(c) {
        for lane in 0..LANES {
            let parts = f(a[lane], b[lane], c[lane]);
            for s in 0..S {
                lanes[s][lane] += parts[s];
            }
        }
    }
    reduce(lanes, rest)
}

/// The largest number; NaN does not count.
#[inline(always)]
pub(crate) fn largest<E: Element>(a: &[E]) -> E {
    let mut lanes = [E::NEG_INFINITY; LANES];
    let chunks = a.chunks_exact(LANES);
    let max = |x: E, y: E| if x > y { x } else { y };
    let rest = chunks.remainder().iter().fold(E::NEG_INFINITY, |largest, &x| max(x, largest));
    for a in chunks {
        for lane in 0..LANES {
            lanes[lane] = max(a[lane], lanes[lane]);
        }
    }
    lanes.into_iter().fold(rest, max)
}
