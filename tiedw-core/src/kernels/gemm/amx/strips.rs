//! A matrix B that is packed once for several products.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::product::{LEAST, Strided};
use super::pack::{Form, pack, packed_len};
use super::{PACKED, SIDE};
use crate::buffer::Buffer;
use crate::parallel::{chunks, pieces_of};

/// All columns of B, as tiles read them.
pub struct Strips {
    numbers: Buffer<f32>,
    k: usize,
    n: usize,
}

/// B, of which several threads pack columns.
struct Columns(Strided);

// SAFETY: they are only read.
unsafe impl Sync for Columns {}

impl Strips {
    /// Those of a `k` by `n` matrix; nothing where a number is infinite or NaN, of which tiles make nothing.
    ///
    /// # Safety
    /// The matrix may be read, and its rows or columns lie together; the machine has tiles.
    pub(in super::super) unsafe fn of(b: Strided, k: usize, n: usize) -> Option<Self> {
        let (count, len) = (n.div_ceil(SIDE), packed_len(k));
        let mut numbers = Buffer::unset(count * len);
        let (columns, finite) = (Columns(b), AtomicBool::new(true));
        let together = count.div_ceil(pieces_of(PACKED * k * n, LEAST));
        chunks(numbers.chunks_mut(together * len).enumerate(), |(piece, numbers)| {
            let Columns(b) = &columns;
            for (i, strip) in numbers.chunks_exact_mut(len).enumerate() {
                let first = (piece * together + i) * SIDE;
                // SAFETY: the caller's; B has a column `first`, and the strip has room.
                let all = unsafe {
                    let from = b.from(0, first).t();
                    pack(Form::Columns, from, SIDE.min(n - first), k, strip.as_mut_ptr())
                };
                finite.fetch_and(all, Ordering::Relaxed);
            }
        });
        finite.into_inner().then_some(Strips { numbers, k, n })
    }

    /// Whether they are of a `k` by `n` matrix.
    pub(in super::super) fn have_size(&self, k: usize, n: usize) -> bool {
        (self.k, self.n) == (k, n)
    }

    /// What is packed of the columns from `first` on, which is a multiple of [`SIDE`], from this depth on, which is a
    /// multiple of [`STEP`](super::STEP).
    pub(super) fn packed(&self, first: usize, depth: usize) -> *const f32 {
        self.numbers[first / SIDE * packed_len(self.k) + packed_len(depth)..].as_ptr()
    }
}
