//! Helpers of the recurrent layers: time-major sequences, and matrix products over all steps.

use crate::kernels::{MatMut, MatRef, Packed, repeat_row};
use crate::param::{Accumulator, GateBiasView, GatesView};
use crate::pooled_vec::PooledVec;
use crate::size::size;
use crate::{Axes, DYN, Element, Tensor};

/// Returns the numbers of input and hidden features of a layer with these weights and biases. If they are known at run time,
/// checks that the parameters agree: a tied one may be of another size.
#[inline]
#[track_caller]
pub(super) fn features<const G: usize, const I: usize, const H: usize, E: Element>(
    weight_ih: &GatesView<'_, G, H, I, E>,
    weight_hh: &GatesView<'_, G, H, H, E>,
    biases: [&GateBiasView<'_, G, H, E>; 2],
) -> (usize, usize) {
    let ([rows_ih, inputs], [rows_hh, hidden]) = (weight_ih.shape(), weight_hh.shape());
    let (inputs, hidden) = (size::<I>(inputs), size::<H>(hidden));
    if H == DYN {
        let rows = [rows_ih, rows_hh, biases[0].shape()[0], biases[1].shape()[0]];
        assert!(
            hidden > 0 && rows == [G * hidden; 4],
            "a recurrent layer of {hidden} hidden features with {rows:?} rows of its weights and biases: they are {G} gates of \
             {hidden}"
        );
    }
    (inputs, hidden)
}

/// The sizes of a batch of sequences.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sequence {
    pub(super) batch: usize,
    pub(super) time: usize,
}

impl Sequence {
    /// The sizes of `[.., time, features]`, for a hidden state of `H` features.
    #[track_caller]
    pub(super) fn of<const H: usize>(axes: Axes) -> Self {
        const { assert!(H > 0, "a recurrent layer has hidden features") };
        let [batch @ .., time] = axes.leading() else {
            panic!("a sequence of shape {axes:?}: [batch, time, features] is wanted");
        };
        assert!(
            *time > 0,
            "a recurrent layer on a sequence of shape {axes:?}, which has no steps: only the batch may be empty"
        );
        Sequence { batch: batch.iter().product(), time: *time }
    }

    /// Transposes `[batch, time, width]` to `[time, batch, width]`, so that each step is contiguous.
    pub(super) fn time_first<E: Element>(self, x: &[E], width: usize) -> PooledVec<E> {
        transposed(x, self.batch, self.time, width)
    }

    /// Transposes `[time, batch, width]` back to `[batch, time, width]`.
    pub(super) fn batch_first<E: Element>(self, x: &[E], width: usize) -> PooledVec<E> {
        transposed(x, self.time, self.batch, width)
    }

    /// Returns the range of step `at` in a time-major buffer of `width` features.
    pub(super) fn step(self, at: usize, width: usize) -> std::ops::Range<usize> {
        at * self.batch * width..(at + 1) * self.batch * width
    }

    /// Packs a matrix that the rows of each step are multiplied by.
    pub(super) fn packed<E: Element>(self, matrix: MatRef<'_, E>) -> Packed<'_, E> {
        Packed::new(matrix, self.batch, self.time)
    }

    /// Copies the given initial state, or returns zeros.
    #[track_caller]
    pub(super) fn state<const H: usize, E: Element>(
        self,
        axes: Axes,
        hidden: usize,
        state: Option<&Tensor<H, E>>,
    ) -> PooledVec<E> {
        let Some(state) = state else { return PooledVec::zeros(self.batch * hidden) };
        let found = state.axes();
        assert!(
            found == state_axes(axes, hidden),
            "a state of shape {found:?} for sequences of shape {axes:?}, and {hidden} hidden features"
        );
        PooledVec::copy(state.as_slice())
    }

    /// Returns the given cotangent of a last state, or zeros.
    #[track_caller]
    pub(super) fn cotangent<const H: usize, E: Element>(
        self,
        d: &Tensor<H, E>,
        dlast: Option<Tensor<H, E>>,
    ) -> PooledVec<E> {
        let Some(dlast) = dlast else { return PooledVec::zeros(self.batch * d.features()) };
        let (found, expected) = (dlast.axes(), state_axes(d.axes(), d.features()));
        assert!(found == expected, "a cotangent of shape {found:?} of a last state of shape {expected:?}");
        dlast.into_pooled_vec()
    }
}

/// The axes of a state: those of the sequences without time.
pub(super) fn state_axes(axes: Axes, features: usize) -> Axes {
    axes.without(axes.leading().len() - 1).with_last(features)
}

/// Returns the last state of each sequence.
pub(super) fn last_of<const H: usize, E: Element>(states: &[E], y: &Tensor<H, E>) -> Tensor<H, E> {
    let axes = state_axes(y.axes(), y.features());
    Tensor::with_axes(axes, PooledVec::copy(&states[states.len() - axes.count()..]))
}

/// Computes x Wᵀ + b for each row, with W and b row-major.
pub(super) fn affine<E: Element>(rows: usize, x: &[E], weight: &[E], bias: &[E]) -> PooledVec<E> {
    let (outputs, inputs) = (bias.len(), weight.len() / bias.len().max(1));
    let mut y = repeat_row(bias, rows);
    Packed::new(MatRef::new(weight, outputs, inputs).t(), rows, 1).multiply(x, E::ONE, &mut y);
    y
}

/// Computes dy W for each row.
pub(super) fn back<E: Element>(dy: &[E], weight: &[E], outputs: usize) -> PooledVec<E> {
    let (rows, inputs) = (dy.len() / outputs, weight.len() / outputs);
    let mut dx = PooledVec::unset(rows * inputs);
    Packed::new(MatRef::new(weight, outputs, inputs), rows, 1).multiply(dy, E::ZERO, &mut dx);
    dx
}

/// Adds dyᵀ x to dW.
pub(super) fn add_weight<E: Element>(dweight: Accumulator<'_, E>, dy: &[E], x: &[E], outputs: usize) {
    let Some((dweight, beta)) = dweight.cells_and_beta() else { return };
    let inputs = dweight.len() / outputs;
    let rows = dy.len() / outputs;
    let dweight = MatMut::of_cells(dweight, outputs, inputs);
    E::gemm(E::ONE, MatRef::new(dy, rows, outputs).t(), MatRef::new(x, rows, inputs), beta, dweight);
}

fn transposed<E: Element>(x: &[E], rows: usize, columns: usize, width: usize) -> PooledVec<E> {
    if rows == 1 || columns == 1 {
        return PooledVec::copy(x);
    }
    let mut y = PooledVec::with_capacity(x.len());
    for column in 0..columns {
        for row in 0..rows {
            y.extend_from_slice(&x[(row * columns + column) * width..][..width]);
        }
    }
    y
}
