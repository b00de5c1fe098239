//! A matrix that is packed for AMX once for several products.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::mat::{MatMut, MatRef};
use super::super::packed::Pack;
use super::super::plan::{Split, Strides, packs_once, strips_per_task};
use super::super::product::{Product, Strided};
use super::pack::{Form, pack, packed_len};
use super::{SIDE, compute};
use crate::kernels::Vectors;
use crate::kernels::threads::{available_threads, parallel_for_each};
use crate::pooled_vec::PooledVec;

/// All columns of a `k` by `n` matrix, packed as tiles read them.
pub struct Strips {
    elements: PooledVec<f32>,
    k: usize,
    n: usize,
}

impl Strips {
    /// Packs W; `None` if a value is infinite or NaN, which bf16 parts do not preserve.
    ///
    /// # Safety
    /// W has contiguous rows or columns, and the CPU has AMX.
    pub(super) unsafe fn of(w: MatRef<'_, f32>) -> Option<Self> {
        let (k, n) = (w.rows, w.columns);
        let (count, len) = (n.div_ceil(SIDE), packed_len(k));
        let mut elements = PooledVec::unset(count * len);
        let finite = AtomicBool::new(true);
        let strips_of_task = strips_per_task(k, n, available_threads());
        parallel_for_each(elements.chunks_mut(strips_of_task * len).enumerate(), |(piece, elements)| {
            for (i, strip) in elements.chunks_exact_mut(len).enumerate() {
                let first = (piece * strips_of_task + i) * SIDE;
                // SAFETY: the caller guarantees the layout and AMX; the constructor of W checked that every index is in
                // bounds of its slice; W has a column `first`, and the strip has room for `packed_len(k)` elements.
                let all = unsafe {
                    let from = Strided::of(w).from(0, first).t();
                    pack(Form::Columns, from, SIDE.min(n - first), k, strip.as_mut_ptr())
                };
                finite.fetch_and(all, Ordering::Relaxed);
            }
        });
        finite.into_inner().then_some(Strips { elements, k, n })
    }

    /// The packed columns from `first` on, a multiple of [`SIDE`], beginning at this depth, a multiple of
    /// [`STEP`](super::STEP).
    pub(super) fn packed(&self, first: usize, depth: usize) -> *const f32 {
        self.elements[first / SIDE * packed_len(self.k) + packed_len(depth)..].as_ptr()
    }
}

impl Pack<f32> for Strips {
    fn pack(w: MatRef<'_, f32>, rows: usize, products: usize) -> Option<Self> {
        let isa = Vectors::in_use();
        if !packs_once([rows, w.rows, w.columns], Strides::of(&w), products, isa) {
            return None;
        }
        assert!(isa == Vectors::Amx && Strides::of(&w).is_dense());
        // SAFETY: AMX and contiguous rows or columns were just checked.
        unsafe { Strips::of(w) }
    }

    fn multiply(&self, x: MatRef<'_, f32>, w: MatRef<'_, f32>, beta: f32, y: MatMut<'_, f32>) {
        assert!((self.k, self.n) == (w.rows, w.columns));
        assert!(x.columns == w.rows && x.rows == y.rows && w.columns == y.columns);
        assert!(x.column_stride == 1 && y.column_stride == 1);
        let split = Split::amx(x.rows, self.k, self.n, available_threads());
        // SAFETY: the constructors of the operands checked that every index is in bounds of their slices, and that the
        // elements of y are disjoint; the sizes agree. W, which was packed, has contiguous rows or columns, and the CPU
        // has AMX: else there would be no strips.
        unsafe { compute(&Product::new(1.0, x, w, beta, y), split, Some(self)) };
    }
}
