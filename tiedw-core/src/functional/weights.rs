//! The weights of recurrent layers, from tensors.

use crate::param::{GateBias, Gates};
use crate::{Axes, Element, Tensor};

/// The weights and biases of a layer, as tensors.
pub(super) struct Weights<'w, const I: usize, const H: usize, E: Element> {
    pub(super) weight_ih: &'w Tensor<I, E>,
    pub(super) weight_hh: &'w Tensor<H, E>,
    pub(super) bias_ih: &'w Tensor<H, E>,
    pub(super) bias_hh: &'w Tensor<H, E>,
}

impl<const I: usize, const H: usize, E: Element> Weights<'_, I, H, E> {
    pub(super) fn axes(&self) -> WeightAxes {
        WeightAxes([self.weight_ih.axes(), self.weight_hh.axes(), self.bias_ih.axes(), self.bias_hh.axes()])
    }
}

/// The axes of the weights and biases, in the order of the arguments.
pub(super) struct WeightAxes([Axes; 4]);

impl WeightAxes {
    /// The cotangents that are wanted, from the gradient of a layer.
    pub(super) fn cotangents<const G: usize, const I: usize, const H: usize, E: Element>(
        self,
        (weight_ih, weight_hh): (Gates<G, H, I, E>, Gates<G, H, H, E>),
        (bias_ih, bias_hh): (GateBias<G, H, E>, GateBias<G, H, E>),
        wanted: [bool; 4],
    ) -> (Option<Tensor<I, E>>, Option<Tensor<H, E>>, Option<Tensor<H, E>>, Option<Tensor<H, E>>) {
        let [of_weight_ih, of_weight_hh, of_bias_ih, of_bias_hh] = self.0;
        (
            wanted[0].then(|| Tensor::with_axes(of_weight_ih, weight_ih.into_pooled_vec())),
            wanted[1].then(|| Tensor::with_axes(of_weight_hh, weight_hh.into_pooled_vec())),
            wanted[2].then(|| Tensor::with_axes(of_bias_ih, bias_ih.into_pooled_vec())),
            wanted[3].then(|| Tensor::with_axes(of_bias_hh, bias_hh.into_pooled_vec())),
        )
    }
}

/// A stacked weight with the elements of a tensor `[G H, C]`.
#[track_caller]
pub(super) fn gates<const G: usize, const H: usize, const C: usize, E: Element>(
    weight: &Tensor<C, E>,
) -> Gates<G, H, C, E> {
    let (shape, axes) = ([weight.rows(), weight.features()], weight.axes());
    assert!(
        axes.leading().len() == 1 && Gates::<G, H, C, E>::allows(shape),
        "a recurrent layer with a weight of shape {axes:?}: [{G} * hidden, features] is wanted"
    );
    Gates::sharing(shape, weight)
}

/// The biases of all gates, with the elements of a tensor `[G, H]`.
#[track_caller]
pub(super) fn biases<const G: usize, const H: usize, E: Element>(bias: &Tensor<H, E>) -> GateBias<G, H, E> {
    let axes = bias.axes();
    assert!(
        axes.leading() == [G],
        "a recurrent layer with a bias of shape {axes:?}: [{G}, hidden], a row for each gate, is wanted"
    );
    GateBias::sharing(bias)
}

/// Sequences of one step.
#[track_caller]
pub(super) fn one_step<const I: usize, E: Element>(x: &Tensor<I, E>) -> Tensor<I, E> {
    let mut leading = x.axes().leading().to_vec();
    leading.push(1);
    x.clone().with_other_axes(Axes::new(&leading, x.features()))
}
