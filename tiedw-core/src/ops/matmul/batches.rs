//! Batches of matrix products, whose operands are repeated along axes that one of them lacks.

use crate::kernels::{MatMut, MatRef, gemm_of_batch};
use crate::pooled_vec::PooledVec;
use crate::{Axes, Element, Tensor};

/// The sizes of a batched matrix product.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    /// The axes of the product, but for the columns.
    axes: Axes,
    /// The number of products.
    count: usize,
    /// The rows of each left matrix.
    pub(super) rows: usize,
    /// The rows of each right matrix.
    pub(super) inner: usize,
    /// Where they differ from those of the product.
    batches: Option<Batches>,
}

/// The batches of both operands and of the product, with an axis of size 1 last.
#[derive(Clone, Copy)]
struct Batches {
    left: Axes,
    right: Axes,
    whole: Axes,
}

/// Returns the sizes of a product.
#[track_caller]
pub(super) fn sizes(left: Axes, right: Axes, operation: &str) -> Sizes {
    let (of_left, of_right) = (left.leading(), right.leading());
    let Some((&inner, right_batch)) = of_right.split_last() else {
        panic!(
            "{operation} of tensors of shapes {left:?} and {right:?}, of which the right one is no matrix: \
             `unsqueeze(0)` makes it one with a single row"
        );
    };
    if right_batch.len() < of_left.len().max(1) && right_batch.iter().all(|&size| size == 1) {
        return Sizes { axes: left, count: 1, rows: left.rows(), inner, batches: None };
    }
    let (left_batch, rows) = match of_left.split_last() {
        Some((&rows, batch)) => (batch, Some(rows)),
        None => (&[][..], None),
    };
    if left_batch == right_batch {
        let count = left_batch.iter().product();
        return Sizes { axes: left, count, rows: rows.unwrap_or(1), inner, batches: None };
    }
    let (of_left, of_right) = (Axes::new(left_batch, 1), Axes::new(right_batch, 1));
    let Some(whole) = of_left.broadcast(of_right) else {
        panic!(
            "{operation} of tensors of shapes {left:?} and {right:?}, of which the batches {left_batch:?} and \
             {right_batch:?} differ, and not by axes of size 1: `einsum` names the axes, and `unsqueeze` adds one"
        );
    };
    let axes = Axes::new(&[whole.leading(), rows.as_slice()].concat(), 1);
    let batches = Batches { left: of_left, right: of_right, whole };
    Sizes { axes, count: whole.count(), rows: rows.unwrap_or(1), inner, batches: Some(batches) }
}

impl Sizes {
    /// Returns one matrix of the left operand.
    pub(super) fn left<const F: usize, E: Element>(self, x: &Tensor<F, E>, at: usize) -> MatRef<'_, E> {
        matrix(x, self.rows, self.batches.map_or(at, |batches| place(batches.left, batches.whole, at)))
    }

    /// Returns one matrix of the right operand.
    pub(super) fn right<const F: usize, E: Element>(self, y: &Tensor<F, E>, at: usize) -> MatRef<'_, E> {
        matrix(y, self.inner, self.batches.map_or(at, |batches| place(batches.right, batches.whole, at)))
    }

    /// Returns one matrix of the product.
    pub(super) fn of_product<const F: usize, E: Element>(self, z: &Tensor<F, E>, at: usize) -> MatRef<'_, E> {
        matrix(z, self.rows, at)
    }

    /// Multiplies the `factors` of each matrix of the product.
    pub(super) fn products<'f, const F: usize, E: Element>(
        self,
        columns: usize,
        factors: impl Fn(usize) -> [MatRef<'f, E>; 2] + Sync,
    ) -> Tensor<F, E> {
        let mut z = PooledVec::unset(self.count * self.rows * columns);
        gemm_of_batch(self.count, factors, &mut z, columns);
        Tensor::with_axes(self.axes.with_last(columns), z)
    }

    /// Adds up the products of `factors` at the matrices of the left operand.
    pub(super) fn cotangent_of_left<'f, const F: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        factors: impl Fn(usize) -> [MatRef<'f, E>; 2] + Sync,
    ) -> Tensor<F, E> {
        self.cotangent(x, self.rows, self.batches.map(|batches| (batches.left, batches.whole)), factors)
    }

    /// Adds up the products of `factors` at the matrices of the right operand.
    pub(super) fn cotangent_of_right<'f, const F: usize, E: Element>(
        self,
        y: &Tensor<F, E>,
        factors: impl Fn(usize) -> [MatRef<'f, E>; 2] + Sync,
    ) -> Tensor<F, E> {
        self.cotangent(y, self.inner, self.batches.map(|batches| (batches.right, batches.whole)), factors)
    }

    fn cotangent<'f, const F: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        rows: usize,
        batches: Option<(Axes, Axes)>,
        factors: impl Fn(usize) -> [MatRef<'f, E>; 2] + Sync,
    ) -> Tensor<F, E> {
        let (size, columns) = (x.as_slice().len(), x.features());
        // What is repeated gets a sum of products.
        let is_sum = batches.is_some_and(|(own, whole)| own.count() != whole.count());
        let mut dx = if is_sum { PooledVec::zeros(size) } else { PooledVec::unset(size) };
        let Some((own, whole)) = batches else {
            gemm_of_batch(self.count, factors, &mut dx, columns);
            return Tensor::with_axes(x.axes(), dx);
        };
        let beta = if is_sum { E::ONE } else { E::ZERO };
        for at in 0..self.count {
            let ([x, y], dx) =
                (factors(at), &mut dx[place(own, whole, at) * rows * columns..][..rows * columns]);
            E::gemm(E::ONE, x, y, beta, MatMut::new(dx, rows, columns));
        }
        Tensor::with_axes(x.axes(), dx)
    }
}

fn matrix<const F: usize, E: Element>(x: &Tensor<F, E>, rows: usize, place: usize) -> MatRef<'_, E> {
    let size = rows * x.features();
    MatRef::new(&x.as_slice()[place * size..][..size], rows, x.features())
}

/// Where the matrix with the number `at` in the batch of the product is in that of an operand.
fn place(own: Axes, whole: Axes, mut at: usize) -> usize {
    let (mut place, mut stride) = (0, 1);
    for (own, whole) in own.padded().into_iter().zip(whole.padded()).rev() {
        if own != 1 {
            place += at % whole * stride;
        }
        stride *= own;
        at /= whole;
    }
    place
}
