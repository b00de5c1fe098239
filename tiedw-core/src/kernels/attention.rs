//! softmax(scale Q Kᵀ) V of each head, and its pullback.

use std::cell::Cell;

use super::lanes::{largest, sums, sums2};
use super::simd::vectorized;
use super::{MatMut, MatRef, Zeros, gemm};
use crate::Element;
use crate::buffer::Buffer;

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
    /// Whether a query sees only the keys at its place and before.
    pub(crate) causal: bool,
    /// Random zeros among the weights.
    pub(crate) dropout: Option<Zeros>,
}

/// Queries whose scores are computed together, where a later query sees more keys.
const BLOCK: usize = 64;

impl Attention {
    fn block(&self) -> usize {
        if self.causal { BLOCK.min(self.queries) } else { self.queries }
    }

    /// How many keys the queries before `end` see.
    fn seen(&self, end: usize) -> usize {
        if self.causal { end.min(self.keys) } else { self.keys }
    }

    /// The rows of one head: of `count` rows a sequence, from `first` on.
    fn head<'a, E>(
        &self,
        x: &'a [E],
        (sequence, count): (usize, usize),
        (head, heads): (usize, usize),
        rows: std::ops::Range<usize>,
    ) -> MatRef<'a, E> {
        let stride = heads * self.width;
        let start = (sequence * count + rows.start) * stride + head * self.width;
        MatRef::with_strides(&x[start.min(x.len())..], rows.len(), self.width, stride, 1)
    }

    fn head_mut<'a, E>(
        &self,
        x: &'a [Cell<E>],
        (sequence, count): (usize, usize),
        (head, heads): (usize, usize),
        rows: std::ops::Range<usize>,
    ) -> MatMut<'a, E> {
        let stride = heads * self.width;
        let start = (sequence * count + rows.start) * stride + head * self.width;
        MatMut::with_strides(&x[start.min(x.len())..], rows.len(), self.width, stride, 1)
    }

    /// Calls `f` with (sequence, head, head of the keys, rows of the queries).
    fn for_each_block(&self, mut f: impl FnMut(usize, usize, usize, std::ops::Range<usize>)) {
        let group = self.heads / self.key_heads;
        for sequence in 0..self.batch {
            for head in 0..self.heads {
                let mut start = 0;
                while start < self.queries {
                    let end = (start + self.block()).min(self.queries);
                    f(sequence, head, head / group, start..end);
                    start = end;
                }
            }
        }
    }

    fn scale<E: Element>(&self) -> E {
        E::from_f64(1.0 / (self.width as f64).sqrt())
    }
}

/// The values, weighted by the softmax of the scores, after dropout. Where `keep`, also the weights, before it:
/// [batch, heads, queries, keys].
///
/// * `q`: [batch, queries, heads · width]; `k` and `v`: [batch, keys, key_heads · width];
/// * `ignored`: [batch, keys], or empty.
pub(crate) fn attention<E: Element>(
    sizes: Attention,
    [q, k, v]: [&[E]; 3],
    ignored: &[bool],
    keep: bool,
) -> (Buffer<E>, Buffer<E>) {
    let Attention { batch, queries, keys, heads, key_heads, width, .. } = sizes;
    let mut y = Buffer::unset(batch * queries * heads * width);
    let of_head = queries * keys;
    let mut weights = Buffer::unset(if keep { batch * heads * of_head } else { sizes.block() * keys });
    sizes.for_each_block(|sequence, head, key_head, rows| {
        let seen = sizes.seen(rows.end);
        let place = (sequence * heads + head) * of_head + rows.start * keys;
        let start = if keep { place } else { 0 };
        let block = &mut weights[start..start + rows.len() * keys];
        let q = sizes.head(q, (sequence, queries), (head, heads), rows.clone());
        let [k, v] = [k, v].map(|x| sizes.head(x, (sequence, keys), (key_head, key_heads), 0..seen));
        let cells = Cell::from_mut(&mut *block).as_slice_of_cells();
        gemm(sizes.scale(), q, k.t(), E::ZERO, MatMut::with_strides(cells, rows.len(), seen, keys, 1));
        let ignored = if ignored.is_empty() { &[] } else { &ignored[sequence * keys..][..seen] };
        let first = if sizes.causal { rows.start + 1 } else { seen };
        masked_softmax_rows(block, keys, seen, first, ignored);
        let y = Cell::from_mut(&mut y[..]).as_slice_of_cells();
        let y = sizes.head_mut(y, (sequence, queries), (head, heads), rows.clone());
        let dropped = sizes.dropout.map(|zeros| {
            let mut dropped = block.to_vec();
            zeros.apply(&mut dropped, place);
            dropped
        });
        let block = dropped.as_deref().unwrap_or(block);
        gemm(E::ONE, MatRef::with_strides(block, rows.len(), seen, keys, 1), v, E::ZERO, y);
    });
    (y, weights)
}

vectorized! {
    /// The softmax of the first `first` numbers of the first row, one more in each row after, up to `seen`, the
    /// ignored ones left out; all others of the row become 0. A row with nothing left becomes 0.
    fn masked_softmax_rows[E: Element](x: &mut [E], stride: usize, seen: usize, first: usize, ignored: &[bool]; mul_add) {
        for (at, row) in x.chunks_exact_mut(stride.max(1)).enumerate() {
            let (row, unseen) = row.split_at_mut((first + at).min(seen));
            unseen.fill(E::ZERO);
            for (x, &ignored) in row.iter_mut().zip(ignored) {
                *x = if ignored { E::NEG_INFINITY } else { *x };
            }
            let top = largest(row);
            if top == E::NEG_INFINITY && row.iter().all(|&x| x == top) {
                row.fill(E::ZERO);
                continue;
            }
            for x in row.iter_mut() {
                *x = (*x - top).exp_by(mul_add);
            }
            let [sum] = sums(row, |x| [x]);
            let factor = E::ONE / sum;
            for x in row.iter_mut() {
                *x *= factor;
            }
        }
    }
}

/// The cotangents of q, k and v, from that of the result and the weights of [`attention`].
pub(crate) fn attention_vjp<E: Element>(
    sizes: Attention,
    [q, k, v]: [&[E]; 3],
    weights: &[E],
    d: &[E],
) -> [Buffer<E>; 3] {
    let Attention { queries, keys, heads, key_heads, .. } = sizes;
    let mut dq = Buffer::unset(q.len());
    let [mut dk, mut dv] = [k, v].map(|x| Buffer::zeros(x.len()));
    let [dq_cells, dk_cells, dv_cells] =
        [&mut dq, &mut dk, &mut dv].map(|x| Cell::from_mut(&mut x[..]).as_slice_of_cells());
    let mut scores = Buffer::unset(sizes.block() * keys);
    sizes.for_each_block(|sequence, head, key_head, rows| {
        let seen = sizes.seen(rows.end);
        let (of_queries, of_keys) = ((sequence, queries), (sequence, keys));
        let place = ((sequence * heads + head) * queries + rows.start) * keys;
        let weights = &weights[place..place + rows.len() * keys];
        let [q, d] = [q, d].map(|x| sizes.head(x, of_queries, (head, heads), rows.clone()));
        let [k, v] = [k, v].map(|x| sizes.head(x, of_keys, (key_head, key_heads), 0..seen));
        let [dk, dv] =
            [dk_cells, dv_cells].map(|x| sizes.head_mut(x, of_keys, (key_head, key_heads), 0..seen));
        let dq = sizes.head_mut(dq_cells, of_queries, (head, heads), rows.clone());

        let scores = &mut scores[..rows.len() * seen];
        gemm(E::ONE, d, v.t(), E::ZERO, MatMut::new(scores, rows.len(), seen));
        let dropped = sizes.dropout.map(|zeros| {
            for (row, scores) in scores.chunks_exact_mut(seen.max(1)).enumerate() {
                zeros.apply(scores, place + row * keys);
            }
            let mut dropped = weights.to_vec();
            zeros.apply(&mut dropped, place);
            dropped
        });
        let used = dropped.as_deref().unwrap_or(weights);
        gemm(E::ONE, MatRef::with_strides(used, rows.len(), seen, keys, 1).t(), d, E::ONE, dv);
        strided_softmax_rows_vjp(scores, seen, weights, keys);
        let scores = MatRef::new(scores, rows.len(), seen);
        gemm(sizes.scale(), scores, k, E::ZERO, dq);
        gemm(sizes.scale(), scores.t(), q, E::ONE, dk);
    });
    [dq, dk, dv]
}

vectorized! {
    /// The pullback of the softmax, whose rows lie `stride` apart.
    fn strided_softmax_rows_vjp[E: Element](d: &mut [E], width: usize, y: &[E], stride: usize) {
        for (d, y) in d.chunks_exact_mut(width.max(1)).zip(y.chunks_exact(stride.max(1))) {
            let y = &y[..d.len()];
            let [dot] = sums2(d, y, |d, y| [d * y]);
            for (d, &y) in d.iter_mut().zip(y) {
                *d = y * (*d - dot);
            }
        }
    }
}
