//! One key head of one sequence, with its group of query heads.

use std::cell::Cell;
use std::ops::Range;

use super::Attention;
use super::softmax::{Row, masked_softmax, softmax_again};
use crate::Element;
use crate::kernels::softmax::softmax_piece_vjp;
use crate::kernels::{MatMut, MatRef, gemm};
use crate::pooled_vec::PooledVec;

/// A tensor that several threads write, each to disjoint elements.
pub(super) struct Apart<'a, E>(pub(super) &'a [Cell<E>]);

// SAFETY: the cells are only written here, through `queries_mut`, `keys_mut` and `clear`, which access the rows of one
// sequence and the columns of one head; each sequence and head belongs to one `Head`, which one thread has.
unsafe impl<E: Send> Sync for Apart<'_, E> {}

#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) sizes: Attention,
    pub(super) sequence: usize,
    pub(super) key_head: usize,
}

/// A block of queries of one head, and the keys that it sees.
struct Block {
    head: usize,
    rows: Range<usize>,
    seen: usize,
    /// The number of keys that the first query sees; each later query sees one more.
    first: usize,
}

impl Head {
    /// The blocks of queries, head by head. The last block of a head comes first: it sees all keys that any block sees.
    fn blocks(self) -> impl Iterator<Item = Block> {
        let Attention { queries, keys, causal, .. } = self.sizes;
        let (group, size) = (self.sizes.group(), self.queries_of_block());
        let heads = self.key_head * group..(self.key_head + 1) * group;
        heads.flat_map(move |head| {
            (0..queries.div_ceil(size)).rev().map(move |block| {
                let rows = block * size..queries.min((block + 1) * size);
                let up_to = |query: usize| causal.map_or(keys, |first| first.saturating_add(query).min(keys));
                let (seen, first) = (up_to(rows.end), up_to(rows.start + 1));
                Block { head, rows, seen, first }
            })
        })
    }

    /// The number of queries per block: fewer if half of the scores of a block would be masked.
    fn queries_of_block(self) -> usize {
        const MOST: usize = 128;
        let Attention { keys, causal, .. } = self.sizes;
        if causal == Some(0) && keys <= 2 * MOST { MOST / 2 } else { MOST }
    }

    /// Scratch memory for the scores of a block.
    fn scores<E: Element>(self) -> PooledVec<E> {
        PooledVec::unset(self.queries_of_block().min(self.sizes.queries) * self.sizes.keys)
    }

    /// The start and the row stride of a block in q, or in a tensor of its shape.
    fn queries_lie(self, block: &Block) -> (usize, usize) {
        let Attention { queries, heads, width, .. } = self.sizes;
        let first = (self.sequence * queries + block.rows.start) * heads + block.head;
        (first * width, heads * width)
    }

    /// The start of row `key` of this head in k or v, and the row stride.
    fn keys_lie(self, key: usize) -> (usize, usize) {
        let Attention { keys, key_heads, width, .. } = self.sizes;
        (((self.sequence * keys + key) * key_heads + self.key_head) * width, key_heads * width)
    }

    fn queries<'a, E>(self, x: &'a [E], block: &Block) -> MatRef<'a, E> {
        let (start, stride) = self.queries_lie(block);
        MatRef::with_strides(&x[start..], block.rows.len(), self.sizes.width, stride, 1)
    }

    fn queries_mut<'a, E>(self, x: &'a Apart<'_, E>, block: &Block) -> MatMut<'a, E> {
        let (start, stride) = self.queries_lie(block);
        MatMut::with_strides(&x.0[start..], block.rows.len(), self.sizes.width, stride, 1)
    }

    /// The first `count` rows of k or v, or of a tensor of their shape.
    fn keys<'a, E>(self, x: &'a [E], count: usize) -> MatRef<'a, E> {
        let (start, stride) = self.keys_lie(0);
        MatRef::with_strides(&x[start.min(x.len())..], count, self.sizes.width, stride, 1)
    }

    fn keys_mut<'a, E>(self, x: &'a Apart<'_, E>, count: usize) -> MatMut<'a, E> {
        let (start, stride) = self.keys_lie(0);
        MatMut::with_strides(&x.0[start.min(x.0.len())..], count, self.sizes.width, stride, 1)
    }

    /// The flags of the first `count` keys of this sequence; empty if there are no flags.
    fn ignored(self, ignored: &[bool], count: usize) -> &[bool] {
        if ignored.is_empty() { ignored } else { &ignored[self.sequence * self.sizes.keys..][..count] }
    }

    /// The weights of a block after dropout; `None` if there is no dropout.
    fn dropped<E: Element>(self, weights: &[E], block: &Block) -> Option<PooledVec<E>> {
        self.sizes.dropout.map(|zeros| {
            let mut dropped = PooledVec::copy(weights);
            zeros.apply(&mut dropped, self.place(block));
            dropped
        })
    }

    /// The index of the first weight of a block in [batch, heads, queries, keys].
    fn place(self, block: &Block) -> usize {
        let Attention { queries, keys, heads, .. } = self.sizes;
        ((self.sequence * heads + block.head) * queries + block.rows.start) * keys
    }

    /// The rows of a block among those of the group.
    fn rows_of_group(self, block: &Block) -> Range<usize> {
        let start = block.head % self.sizes.group() * self.sizes.queries + block.rows.start;
        start..start + block.rows.len()
    }

    /// Writes the part of the result that belongs to this group, and saves what [`backward`](Head::backward) needs.
    pub(super) fn forward<E: Element>(
        self,
        [q, k, v]: [&[E]; 3],
        ignored: &[bool],
        y: &Apart<'_, E>,
        saved: &mut [E],
    ) {
        let Attention { queries, keys, .. } = self.sizes;
        let (statistics, kept) = saved.split_at_mut(2 * self.sizes.group() * queries);
        let mut scores = if kept.is_empty() { self.scores() } else { PooledVec::unset(0) };
        for block in self.blocks() {
            let rows = self.rows_of_group(&block);
            let weights = match kept {
                [] => &mut scores[..rows.len() * keys],
                _ => &mut kept[rows.start * keys..rows.end * keys],
            };
            self.raw_scores([q, k], &block, weights);
            let ignored = self.ignored(ignored, block.seen);
            let statistics = &mut statistics.as_chunks_mut().0[rows];
            masked_softmax(
                weights,
                Row { stride: keys, seen: block.seen, first: block.first },
                ignored,
                statistics,
            );
            let dropped = self.dropped(weights, &block);
            let weights = dropped.as_deref().unwrap_or(weights);
            let weights = MatRef::with_strides(weights, block.rows.len(), block.seen, keys.max(1), 1);
            gemm(E::ONE, weights, self.keys(v, block.seen), E::ZERO, self.queries_mut(y, &block));
        }
    }

    /// scale Q Kᵀ of a block, with row stride `keys`; only the scores that the block sees are written.
    fn raw_scores<E: Element>(self, [q, k]: [&[E]; 2], block: &Block, scores: &mut [E]) {
        let scores = Cell::from_mut(scores).as_slice_of_cells();
        let scores = MatMut::with_strides(scores, block.rows.len(), block.seen, self.sizes.keys.max(1), 1);
        gemm(self.scale(), self.queries(q, block), self.keys(k, block.seen).t(), E::ZERO, scores);
    }

    fn scale<E: Element>(self) -> E {
        E::from_f64(1.0 / (self.sizes.width as f64).sqrt())
    }

    /// Writes the parts of the cotangents of q, k and v that belong to this group.
    pub(super) fn backward<E: Element>(
        self,
        [q, k, v]: [&[E]; 3],
        ignored: &[bool],
        saved: &[E],
        d: &[E],
        [dq, dk, dv]: &[Apart<'_, E>; 3],
    ) {
        let Attention { queries, keys, .. } = self.sizes;
        let (statistics, kept) = saved.split_at(2 * self.sizes.group() * queries);
        let mut again = if kept.is_empty() { self.scores() } else { PooledVec::unset(0) };
        let mut scores = self.scores();
        let mut written = 0;
        for block in self.blocks() {
            let (rows, seen) = (self.rows_of_group(&block), block.seen);
            let weights = match kept {
                [] => {
                    let again = &mut again[..rows.len() * keys];
                    self.raw_scores([q, k], &block, again);
                    let statistics = &statistics.as_chunks().0[rows.clone()];
                    let row = Row { stride: keys, seen, first: block.first };
                    softmax_again(again, row, self.ignored(ignored, seen), statistics);
                    &*again
                }
                _ => &kept[rows.start * keys..rows.end * keys],
            };
            let (d, q) = (self.queries(d, &block), self.queries(q, &block));
            let scores = &mut scores[..rows.len() * seen];
            gemm(E::ONE, d, self.keys(v, seen).t(), E::ZERO, MatMut::new(scores, rows.len(), seen));
            if let Some(zeros) = self.sizes.dropout {
                for (row, scores) in scores.chunks_exact_mut(seen.max(1)).enumerate() {
                    zeros.apply(scores, self.place(&block) + row * keys);
                }
            }
            // The first block sees all keys that any block sees.
            let beta = if written == 0 { E::ZERO } else { E::ONE };
            written = written.max(seen);
            let dropped = self.dropped(weights, &block);
            let used = dropped.as_deref().unwrap_or(weights);
            let used = MatRef::with_strides(used, rows.len(), seen, keys.max(1), 1);
            gemm(E::ONE, used.t(), d, beta, self.keys_mut(dv, seen));
            softmax_piece_vjp(scores, seen, weights, keys);
            let scores = MatRef::new(scores, rows.len(), seen);
            gemm(self.scale(), scores, self.keys(k, seen), E::ZERO, self.queries_mut(dq, &block));
            gemm(self.scale(), scores.t(), q, beta, self.keys_mut(dk, seen));
        }
        self.clear(dk, written);
        self.clear(dv, written);
    }

    /// Zeros the rows of keys that no query sees, from `first` on.
    fn clear<E: Element>(self, x: &Apart<'_, E>, first: usize) {
        for key in first..self.sizes.keys {
            let (start, _) = self.keys_lie(key);
            x.0[start..][..self.sizes.width].iter().for_each(|x| x.set(E::ZERO));
        }
    }
}
