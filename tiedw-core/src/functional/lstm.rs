use super::weights::{Weights, biases, gates, one_step};
use crate::layers::Lstm;
use crate::pooled_vec::PooledVec;
use crate::{Element, Module, Tensor};

/// Runs an [`Lstm`] whose weights are computed over sequences `[.., time, I]`, from the states `h` and `c`, `[.., H]`. Returns the
/// hidden state after each step, the last hidden state and the last cell state.
///
/// The weights are `[4 H, I]` and `[4 H, H]`, the biases `[4, H]`: the tensors of those of an [`Lstm`].
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::layers::{Layer, Lstm};
/// use tiedw_core::{Init, Tensor, functional::lstm};
///
/// let layer = Lstm::<3, 5>::init(&mut StdRng::seed_from_u64(0));
/// let (w, u) = (layer.weight_ih.tensor(), layer.weight_hh.tensor());
/// let (b, c) = (layer.bias_ih.tensor(), layer.bias_hh.tensor());
/// let (x, zeros) = (Tensor::full([2, 4], 1.0), Tensor::zeros([2]));
/// let (states, last, _) = lstm(&x, &zeros, &zeros, &w, &u, &b, &c);
/// assert_eq!(states, layer.forward(&x));
/// assert_eq!(last, states.select(1, 3));
/// ```
///
/// # Panics
/// If a shape is another, or there are no time steps.
#[track_caller]
pub fn lstm<const I: usize, const H: usize, E: Element>(
    x: &Tensor<I, E>,
    h: &Tensor<H, E>,
    c: &Tensor<H, E>,
    weight_ih: &Tensor<I, E>,
    weight_hh: &Tensor<H, E>,
    bias_ih: &Tensor<H, E>,
    bias_hh: &Tensor<H, E>,
) -> States<H, E> {
    layer(&Weights { weight_ih, weight_hh, bias_ih, bias_hh }).view().forward_from(x, h, c)
}

/// [`lstm`] with its pullback.
#[track_caller]
pub fn lstm_vjp<const I: usize, const H: usize, E: Element>(
    x: &Tensor<I, E>,
    h: &Tensor<H, E>,
    c: &Tensor<H, E>,
    weight_ih: &Tensor<I, E>,
    weight_hh: &Tensor<H, E>,
    bias_ih: &Tensor<H, E>,
    bias_hh: &Tensor<H, E>,
) -> (States<H, E>, impl FnOnce(StateCotangents<H, E>, [bool; 7]) -> Cotangents<I, H, E> + use<I, H, E>) {
    let weights = Weights { weight_ih, weight_hh, bias_ih, bias_hh };
    let (layer, axes) = (layer(&weights), weights.axes());
    let (pass, y) = layer.view().run_from(x, Some((h, c)));
    let (last, last_cell) = pass.last(&y);
    let axes_of_y = y.axes();
    let pullback = move |(d, dlast, dcell): StateCotangents<H, E>, wanted: [bool; 7]| {
        let d = d.unwrap_or_else(|| Tensor::with_axes(axes_of_y, PooledVec::zeros(axes_of_y.count())));
        let mut gradient = layer.zeros_like();
        let (dx, dh, dc) = layer.view().back_from(pass, &d, dlast, dcell, gradient.view_mut(), wanted[0]);
        let weights = (gradient.weight_ih, gradient.weight_hh);
        let biases = (gradient.bias_ih, gradient.bias_hh);
        let (weight_ih, weight_hh, bias_ih, bias_hh) =
            axes.cotangents(weights, biases, [wanted[3], wanted[4], wanted[5], wanted[6]]);
        (dx, wanted[1].then_some(dh), wanted[2].then_some(dc), weight_ih, weight_hh, bias_ih, bias_hh)
    };
    ((y, last, last_cell), pullback)
}

/// One step of an [`Lstm`] whose weights are computed: the states after the inputs `[.., I]`, from the states `h` and `c`, `[.., H]`.
///
/// The weights are `[4 H, I]` and `[4 H, H]`, the biases `[4, H]`: the tensors of those of an [`Lstm`].
///
/// ```
/// use tiedw_core::{Tensor, functional::lstm_cell};
///
/// let (x, h, c) = (Tensor::<1>::zeros([1]), Tensor::<1>::zeros([1]), Tensor::full([1], 4.0));
/// let (weight, bias) = (Tensor::zeros([4]), Tensor::zeros([4]));
/// // All gates are σ(0): half of the cell is kept.
/// let (h, c) = lstm_cell(&x, &h, &c, &weight, &weight, &bias, &bias);
/// assert_eq!(c.as_slice(), [2.0]);
/// assert_eq!(h.as_slice(), [2.0_f32.tanh() / 2.0]);
/// ```
///
/// # Panics
/// If a shape is another.
#[track_caller]
pub fn lstm_cell<const I: usize, const H: usize, E: Element>(
    x: &Tensor<I, E>,
    h: &Tensor<H, E>,
    c: &Tensor<H, E>,
    weight_ih: &Tensor<I, E>,
    weight_hh: &Tensor<H, E>,
    bias_ih: &Tensor<H, E>,
    bias_hh: &Tensor<H, E>,
) -> (Tensor<H, E>, Tensor<H, E>) {
    let (_, h, c) = lstm(&one_step(x), h, c, weight_ih, weight_hh, bias_ih, bias_hh);
    (h, c)
}

/// [`lstm_cell`] with its pullback.
#[track_caller]
pub fn lstm_cell_vjp<const I: usize, const H: usize, E: Element>(
    x: &Tensor<I, E>,
    h: &Tensor<H, E>,
    c: &Tensor<H, E>,
    weight_ih: &Tensor<I, E>,
    weight_hh: &Tensor<H, E>,
    bias_ih: &Tensor<H, E>,
    bias_hh: &Tensor<H, E>,
) -> (
    (Tensor<H, E>, Tensor<H, E>),
    impl FnOnce((Option<Tensor<H, E>>, Option<Tensor<H, E>>), [bool; 7]) -> Cotangents<I, H, E> + use<I, H, E>,
) {
    let axes = x.axes();
    let ((_, h, c), pullback) = lstm_vjp(&one_step(x), h, c, weight_ih, weight_hh, bias_ih, bias_hh);
    let back = move |(dh, dc): (Option<Tensor<H, E>>, Option<Tensor<H, E>>), wanted: [bool; 7]| {
        let (dx, dh, dc, weight_ih, weight_hh, bias_ih, bias_hh) = pullback((None, dh, dc), wanted);
        (dx.map(|dx| dx.with_other_axes(axes)), dh, dc, weight_ih, weight_hh, bias_ih, bias_hh)
    };
    ((h, c), back)
}

/// The hidden states, the last one, and the last cell state.
type States<const H: usize, E> = (Tensor<H, E>, Tensor<H, E>, Tensor<H, E>);

type StateCotangents<const H: usize, E> = (Option<Tensor<H, E>>, Option<Tensor<H, E>>, Option<Tensor<H, E>>);

type Cotangents<const I: usize, const H: usize, E> = (
    Option<Tensor<I, E>>,
    Option<Tensor<H, E>>,
    Option<Tensor<H, E>>,
    Option<Tensor<I, E>>,
    Option<Tensor<H, E>>,
    Option<Tensor<H, E>>,
    Option<Tensor<H, E>>,
);

#[track_caller]
fn layer<const I: usize, const H: usize, E: Element>(
    weights: &Weights<'_, I, H, E>,
) -> Lstm<I, H, crate::Own, crate::Own, crate::Own, E> {
    Lstm {
        weight_ih: gates(weights.weight_ih),
        weight_hh: gates(weights.weight_hh),
        bias_ih: biases(weights.bias_ih),
        bias_hh: biases(weights.bias_hh),
    }
}
