//! softmax(scale Q Kᵀ) V of each head, and its pullback.
//!
//! The scores of a block of queries are computed together. The pullback has the softmax of short sequences from the forward
//! pass, and computes that of long ones again, so that memory grows with the length and not with its square: Dao et al.,
//! "FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness", 2022.

mod head;
mod softmax;
#[cfg(test)]
mod tests;

use std::cell::Cell;

use super::Zeros;
use crate::Element;
use crate::buffer::Buffer;
use crate::parallel::{chunks, pieces_of};
use head::{Apart, Head};

/// The sizes of an attention whose heads lie side by side in the features.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attention {
    pub(crate) batch: usize,
    pub(crate) queries: usize,
    pub(crate) keys: usize,
    pub(crate) heads: usize,
    /// Of keys and values; a group of heads of the queries shares one.
    pub(crate) key_heads: usize,
    /// Features of a head.
    pub(crate) width: usize,
    /// The place of the first query among the keys, where a query sees only the keys at its place and before.
    pub(crate) causal: Option<usize>,
    /// Random zeros among the weights.
    pub(crate) dropout: Option<Zeros>,
}

/// Up to so many keys for each feature of a head the softmax is kept for the pullback: then it is no larger than queries,
/// keys, values and results.
const KEPT: usize = 4;
/// Fewer multiplications than this are not worth another thread.
const LEAST: usize = 1 << 19;

impl Attention {
    /// Heads of the queries that share one of the keys.
    fn group(&self) -> usize {
        self.heads / self.key_heads
    }

    fn is_worth_threads(&self) -> bool {
        let products = self.batch * self.heads * self.queries * self.keys * self.width * 2;
        pieces_of(if self.causal == Some(0) { products / 2 } else { products }, LEAST) > 1
    }

    /// Each head of the keys, with the part of `saved` that belongs to the heads of the queries that share it.
    fn heads<S: Send>(&self, saved: impl Iterator<Item = S>, each: impl Fn(Head, S) + Sync) {
        let (sizes, key_heads) = (*self, self.key_heads);
        let heads = (0..self.batch * key_heads).map(|at| Head {
            sizes,
            sequence: at / key_heads,
            key_head: at % key_heads,
        });
        let parts = heads.zip(saved);
        let each = |(head, saved)| each(head, saved);
        if self.is_worth_threads() { chunks(parts, each) } else { parts.for_each(each) }
    }
}

/// What the pullback needs of the softmax.
pub(crate) struct Softmax<E: Element> {
    /// For each head of the keys the `head::Row` of each query, then the softmax, where it is kept.
    numbers: Buffer<E>,
    /// How many of them belong to a head of the keys.
    of_head: usize,
}

impl<E: Element> Softmax<E> {
    fn unset(sizes: Attention, keep: bool) -> Self {
        let kept = if keep && sizes.keys <= KEPT * sizes.width { sizes.keys } else { 0 };
        let of_head = sizes.group() * sizes.queries * (2 + kept);
        Softmax { numbers: Buffer::unset(sizes.batch * sizes.key_heads * of_head), of_head }
    }
}

/// The values, weighted by the softmax of the scores, after dropout; and what the pullback needs, with the softmax itself
/// only where `keep`.
///
/// * `q`: [batch, queries, heads · width]; `k` and `v`: [batch, keys, key_heads · width];
/// * `ignored`: [batch, keys], or empty.
pub(crate) fn attention<E: Element>(
    sizes: Attention,
    operands @ [q, ..]: [&[E]; 3],
    ignored: &[bool],
    keep: bool,
) -> (Buffer<E>, Softmax<E>) {
    let mut y = Buffer::unset(q.len());
    let mut softmax = Softmax::unset(sizes, keep);
    let of_head = softmax.of_head.max(1);
    let cells = Apart(Cell::from_mut(&mut y[..]).as_slice_of_cells());
    sizes.heads(softmax.numbers.chunks_mut(of_head), |head, saved| {
        head.forward(operands, ignored, &cells, saved);
    });
    (y, softmax)
}

/// The cotangents of q, k and v, from that of the result of [`attention`].
pub(crate) fn attention_vjp<E: Element>(
    sizes: Attention,
    operands @ [q, k, v]: [&[E]; 3],
    ignored: &[bool],
    softmax: &Softmax<E>,
    d: &[E],
) -> [Buffer<E>; 3] {
    let mut cotangents = [q, k, v].map(|x| Buffer::unset(x.len()));
    let cells = cotangents.each_mut().map(|x| Apart(Cell::from_mut(&mut x[..]).as_slice_of_cells()));
    let of_head = softmax.of_head;
    let saved = (0..sizes.batch * sizes.key_heads).map(|at| &softmax.numbers[at * of_head..][..of_head]);
    sizes.heads(saved, |head, saved| head.backward(operands, ignored, saved, d, &cells));
    cotangents
}
