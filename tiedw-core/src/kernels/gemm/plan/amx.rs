//! Plans for AMX.

use super::{Shape, Split, Strides, tasks};
use crate::kernels::Vectors;

/// The rows of A and the columns of B that are multiplied at a time: two tiles of each.
pub(crate) const SIDE: usize = 32;
/// The depth of a tile, in elements.
pub(crate) const STEP: usize = 32;
/// KC, in elements: C is read and written once per block. "KC of 128 or 256".
const KC: usize = 16 * STEP;
/// Strips of one operand, of `SIDE` rows or columns, that stay in L2 while those of the other stream past.
pub(crate) const KEPT: usize = 8;
/// The speedup of tiles over vectors: "AMX tiles, each `f32` as the sum of three bf16".
const FASTER: usize = 3;
/// The cost of packing an element: "four lines transposed at a time while packing".
const PACKED: usize = 16;
/// The cost of writing an element of C.
const WRITTEN: usize = 6;
/// The cost of configuring tiles.
const SET_UP: usize = 10_000;

/// The blocking of a part that one thread computes.
pub(crate) struct AmxBlocks {
    pub(crate) kc: usize,
    /// Whether strips of A stay in L2 while those of B stream past; else the other way round.
    pub(crate) keeps_a: bool,
}

impl AmxBlocks {
    /// The blocking of an m by k by n part, whose B may be packed already.
    pub(crate) fn new(m: usize, k: usize, n: usize, b_is_packed: bool) -> Self {
        let kc = k.div_ceil(k.div_ceil(KC)).next_multiple_of(STEP);
        // The operand with fewer strips stays in L2.
        AmxBlocks { kc, keeps_a: m <= n || b_is_packed }
    }
}

impl Split {
    pub(crate) fn amx(m: usize, k: usize, n: usize, threads: usize) -> Self {
        Split::new(m * k * n, n > m, [m, n], SIDE, threads)
    }
}

/// Whether tiles can compute a product, faster than vectors.
pub(super) fn pays(shape: &Shape) -> bool {
    let Shape { m, k, n, a, b, .. } = *shape;
    a.is_dense() && b.is_dense() && are_faster(m, k, n, 1)
}

/// Whether a k by n matrix is packed once for `products` products of m rows each.
pub(crate) fn packs_once([m, k, n]: [usize; 3], strides: Strides, products: usize, isa: Vectors) -> bool {
    products > 1 && isa == Vectors::Amx && strides.is_dense() && are_faster(m, k, n, products)
}

/// Whether `products` products are faster by tiles than by vectors, if B is packed once.
fn are_faster(m: usize, k: usize, n: usize, products: usize) -> bool {
    // With fewer rows or columns tiles are so sparsely filled that vectors are as fast.
    if m.min(n) <= SIDE / FASTER {
        return false;
    }
    let whole = m.next_multiple_of(SIDE) * n.next_multiple_of(SIDE) * k.next_multiple_of(STEP);
    let packed = PACKED * (m * k + k * n / products);
    whole / FASTER + packed + WRITTEN * m * n + SET_UP < m * k * n
}

/// The strips of a k by n matrix that each task packs.
pub(crate) fn strips_per_task(k: usize, n: usize, threads: usize) -> usize {
    n.div_ceil(SIDE).div_ceil(tasks(PACKED * k * n, threads))
}
