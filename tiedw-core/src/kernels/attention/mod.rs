//! Scaled dot-product attention, softmax(scale Q Kᵀ) V per head, and its pullback.
//!
//! Scores are computed for a block of queries at a time. For short sequences the forward pass keeps the softmax for the
//! pullback; for long ones the pullback recomputes it, so that memory grows linearly with the length: Dao et al.,
//! "FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness", 2022.

mod head;
mod softmax;
#[cfg(test)]
mod tests;

use std::cell::Cell;

use super::Zeros;
use crate::Element;
use crate::kernels::threads::{num_tasks, parallel_for_each};
use crate::pooled_vec::{Pooled, PooledVec};
use head::{Apart, Head};

/// The sizes of an attention layer; heads are contiguous ranges of the features.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attention {
    pub(crate) batch: usize,
    pub(crate) queries: usize,
    pub(crate) keys: usize,
    pub(crate) heads: usize,
    /// Heads of keys and values; each is shared by a group of query heads.
    pub(crate) key_heads: usize,
    /// Features per head.
    pub(crate) width: usize,
    /// For causal attention the position of the first query among the keys: a query sees the keys up to its own
    /// position.
    pub(crate) causal: Option<usize>,
    /// Dropout of attention weights.
    pub(crate) dropout: Option<Zeros>,
}

/// The softmax is kept for the pullback if there are at most this many keys per feature of a head: then it is no larger
/// than queries, keys, values and results.
const KEPT: usize = 4;
/// Fewer multiplications than this are not worth another thread.
const MIN_TASK_SIZE: usize = 1 << 19;

impl Attention {
    /// The number of query heads per key head.
    fn group(&self) -> usize {
        self.heads / self.key_heads
    }

    fn is_worth_threads(&self) -> bool {
        let products = self.batch * self.heads * self.queries * self.keys * self.width * 2;
        num_tasks(if self.causal == Some(0) { products / 2 } else { products }, MIN_TASK_SIZE) > 1
    }

    /// Calls `each` for each key head, with the part of `saved` that belongs to its group of query heads.
    fn heads<S: Send>(&self, saved: impl Iterator<Item = S>, each: impl Fn(Head, S) + Sync) {
        let (sizes, key_heads) = (*self, self.key_heads);
        let heads = (0..self.batch * key_heads).map(|at| Head {
            sizes,
            sequence: at / key_heads,
            key_head: at % key_heads,
        });
        let parts = heads.zip(saved);
        let each = |(head, saved)| each(head, saved);
        if self.is_worth_threads() { parallel_for_each(parts, each) } else { parts.for_each(each) }
    }
}

/// What the pullback needs of the forward pass.
pub(crate) struct Softmax<E: Pooled> {
    /// Per key head: the statistics of each query, then the softmax if it is kept.
    contents: PooledVec<E>,
    /// The number of elements per key head.
    of_head: usize,
}

impl<E: Element> Softmax<E> {
    fn unset(sizes: Attention, keep: bool) -> Self {
        let kept = if keep && sizes.keys <= KEPT * sizes.width { sizes.keys } else { 0 };
        let of_head = sizes.group() * sizes.queries * (2 + kept);
        Softmax { contents: PooledVec::unset(sizes.batch * sizes.key_heads * of_head), of_head }
    }
}

/// Returns the values weighted by the softmax of the scores, after dropout, and what the pullback needs. The softmax
/// itself is only kept if `keep`.
///
/// * `q`: [batch, queries, heads · width]; `k` and `v`: [batch, keys, key_heads · width];
/// * `ignored`: [batch, keys], or empty.
pub(crate) fn attention<E: Element>(
    sizes: Attention,
    operands @ [q, ..]: [&[E]; 3],
    ignored: &[bool],
    keep: bool,
) -> (PooledVec<E>, Softmax<E>) {
    let mut y = PooledVec::unset(q.len());
    let mut softmax = Softmax::unset(sizes, keep);
    let of_head = softmax.of_head.max(1);
    let cells = Apart(Cell::from_mut(&mut y[..]).as_slice_of_cells());
    sizes.heads(softmax.contents.chunks_mut(of_head), |head, saved| {
        head.forward(operands, ignored, &cells, saved);
    });
    (y, softmax)
}

/// The cotangents of q, k and v, given that of the result of [`attention`].
pub(crate) fn attention_vjp<E: Element>(
    sizes: Attention,
    operands @ [q, k, v]: [&[E]; 3],
    ignored: &[bool],
    softmax: &Softmax<E>,
    d: &[E],
) -> [PooledVec<E>; 3] {
    let mut cotangents = [q, k, v].map(|x| PooledVec::unset(x.len()));
    let cells = cotangents.each_mut().map(|x| Apart(Cell::from_mut(&mut x[..]).as_slice_of_cells()));
    let of_head = softmax.of_head;
    let saved = (0..sizes.batch * sizes.key_heads).map(|at| &softmax.contents[at * of_head..][..of_head]);
    sizes.heads(saved, |head, saved| head.backward(operands, ignored, saved, d, &cells));
    cotangents
}
