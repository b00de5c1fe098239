//! The weights of recurrent layers, from tensors.

use crate::param::{GateBias, Gates};
use crate::pooled_vec::PooledVec;
use crate::{Axes, Element, Tensor};

/// The weights and biases of a layer, as tensors.
pub(super) struct Weights<'w, const I: usize, const H: usize, E: Element> {
    pub(super) weight_ih: &'w Tensor<I, E>,
    pub(super) weight_hh: &'w Tensor<H, E>,
    pub(super) bias_ih: &'w Tensor<H, E>,
    pub(super) bias_hh: &'w Tensor<H, E>,
}

impl<const I: usize, const H: usize, E: Element> Weights<'_, I, H, E> {
    pub(super) fn axes(&self) -> [Axes; 4] {
        [self.weight_ih.axes(), self.weight_hh.axes(), self.bias_ih.axes(), self.bias_hh.axes()]
    }
}

/// A stacked weight, copied from a tensor `[G H, C]`.
#[track_caller]
pub(super) fn gates<const G: usize, const H: usize, const C: usize, E: Element>(
    weight: &Tensor<C, E>,
) -> Gates<G, H, C, E> {
    let (shape, axes) = ([weight.rows(), weight.features()], weight.axes());
    assert!(
        axes.leading().len() == 1 && Gates::<G, H, C, E>::allows(shape),
        "a recurrent layer with a weight of shape {axes:?}: [{G} * hidden, features] is wanted"
    );
    Gates::from_pooled_vec(shape, PooledVec::copy(weight.as_slice()))
}

/// The biases of all gates, copied from a tensor `[G, H]`.
#[track_caller]
pub(super) fn biases<const G: usize, const H: usize, E: Element>(bias: &Tensor<H, E>) -> GateBias<G, H, E> {
    let axes = bias.axes();
    assert!(
        axes.leading() == [G],
        "a recurrent layer with a bias of shape {axes:?}: [{G}, hidden], a row for each gate, is wanted"
    );
    GateBias::from_pooled_vec([axes.count()], PooledVec::copy(bias.as_slice()))
}

/// Sequences of one step.
#[track_caller]
pub(super) fn one_step<const I: usize, E: Element>(x: &Tensor<I, E>) -> Tensor<I, E> {
    let mut leading = x.axes().leading().to_vec();
    leading.push(1);
    x.clone().with_other_axes(Axes::new(&leading, x.features()))
}
