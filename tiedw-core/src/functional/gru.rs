use super::weights::{Weights, biases, gates, one_step};
use crate::layers::Gru;
use crate::pooled_vec::PooledVec;
use crate::{Element, Module, Tensor};

/// Runs a [`Gru`] whose weights are computed over sequences `[.., time, I]`, from the state `h`, `[.., H]`. Returns the hidden
/// state after each step, and the last one.
///
/// The weights are `[3 H, I]` and `[3 H, H]`, the biases `[3, H]`: the tensors of those of a [`Gru`].
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::layers::{Gru, Layer};
/// use tiedw_core::{Init, Tensor, functional::gru};
///
/// let layer = Gru::<3, 5>::init(&mut StdRng::seed_from_u64(0));
/// let (w, u) = (layer.weight_ih.tensor(), layer.weight_hh.tensor());
/// let (b, c) = (layer.bias_ih.tensor(), layer.bias_hh.tensor());
/// let (x, zeros) = (Tensor::full([2, 4], 1.0), Tensor::zeros([2]));
/// let (states, last) = gru(&x, &zeros, &w, &u, &b, &c);
/// assert_eq!(states, layer.forward(&x));
/// assert_eq!(last, states.select(1, 3));
/// ```
///
/// # Panics
/// If a shape is another, or there are no time steps.
#[track_caller]
pub fn gru<const I: usize, const H: usize, E: Element>(
    x: &Tensor<I, E>,
    h: &Tensor<H, E>,
    weight_ih: &Tensor<I, E>,
    weight_hh: &Tensor<H, E>,
    bias_ih: &Tensor<H, E>,
    bias_hh: &Tensor<H, E>,
) -> States<H, E> {
    layer(&Weights { weight_ih, weight_hh, bias_ih, bias_hh }).view().forward_from(x, h)
}

/// [`gru`] with its pullback.
#[track_caller]
pub fn gru_vjp<const I: usize, const H: usize, E: Element>(
    x: &Tensor<I, E>,
    h: &Tensor<H, E>,
    weight_ih: &Tensor<I, E>,
    weight_hh: &Tensor<H, E>,
    bias_ih: &Tensor<H, E>,
    bias_hh: &Tensor<H, E>,
) -> (States<H, E>, impl FnOnce(StateCotangents<H, E>, [bool; 6]) -> Cotangents<I, H, E> + use<I, H, E>) {
    let weights = Weights { weight_ih, weight_hh, bias_ih, bias_hh };
    let (layer, axes) = (layer(&weights), weights.axes());
    let (pass, y) = layer.view().run_from(x, Some(h));
    let last = pass.last(&y);
    let axes_of_y = y.axes();
    let pullback = move |(d, dlast): StateCotangents<H, E>, wanted: [bool; 6]| {
        let d = d.unwrap_or_else(|| Tensor::with_axes(axes_of_y, PooledVec::zeros(axes_of_y.count())));
        let mut gradient = layer.zeros_like();
        let (dx, dh) = layer.view().back_from(pass, &d, dlast, gradient.view_mut(), wanted[0]);
        let weights = (gradient.weight_ih, gradient.weight_hh);
        let biases = (gradient.bias_ih, gradient.bias_hh);
        let (weight_ih, weight_hh, bias_ih, bias_hh) =
            axes.cotangents(weights, biases, [wanted[2], wanted[3], wanted[4], wanted[5]]);
        (dx, wanted[1].then_some(dh), weight_ih, weight_hh, bias_ih, bias_hh)
    };
    ((y, last), pullback)
}

/// One step of a [`Gru`] whose weights are computed: the state after the inputs `[.., I]`, from the state `h`, `[.., H]`.
///
/// The weights are `[3 H, I]` and `[3 H, H]`, the biases `[3, H]`: the tensors of those of a [`Gru`].
///
/// ```
/// use tiedw_core::{Tensor, functional::gru_cell};
///
/// let (x, h) = (Tensor::<1>::zeros([1]), Tensor::full([1], 4.0));
/// let (weight, bias) = (Tensor::zeros([3]), Tensor::zeros([3]));
/// // Both gates are σ(0): half of the state is kept.
/// assert_eq!(gru_cell(&x, &h, &weight, &weight, &bias, &bias).as_slice(), [2.0]);
/// ```
///
/// # Panics
/// If a shape is another.
#[track_caller]
pub fn gru_cell<const I: usize, const H: usize, E: Element>(
    x: &Tensor<I, E>,
    h: &Tensor<H, E>,
    weight_ih: &Tensor<I, E>,
    weight_hh: &Tensor<H, E>,
    bias_ih: &Tensor<H, E>,
    bias_hh: &Tensor<H, E>,
) -> Tensor<H, E> {
    gru(&one_step(x), h, weight_ih, weight_hh, bias_ih, bias_hh).1
}

/// [`gru_cell`] with its pullback.
#[track_caller]
pub fn gru_cell_vjp<const I: usize, const H: usize, E: Element>(
    x: &Tensor<I, E>,
    h: &Tensor<H, E>,
    weight_ih: &Tensor<I, E>,
    weight_hh: &Tensor<H, E>,
    bias_ih: &Tensor<H, E>,
    bias_hh: &Tensor<H, E>,
) -> (Tensor<H, E>, impl FnOnce(Tensor<H, E>, [bool; 6]) -> Cotangents<I, H, E> + use<I, H, E>) {
    let axes = x.axes();
    let ((_, h), pullback) = gru_vjp(&one_step(x), h, weight_ih, weight_hh, bias_ih, bias_hh);
    let back = move |dh: Tensor<H, E>, wanted: [bool; 6]| {
        let (dx, dh, weight_ih, weight_hh, bias_ih, bias_hh) = pullback((None, Some(dh)), wanted);
        (dx.map(|dx| dx.with_other_axes(axes)), dh, weight_ih, weight_hh, bias_ih, bias_hh)
    };
    (h, back)
}

/// The hidden states, and the last one.
type States<const H: usize, E> = (Tensor<H, E>, Tensor<H, E>);

type StateCotangents<const H: usize, E> = (Option<Tensor<H, E>>, Option<Tensor<H, E>>);

type Cotangents<const I: usize, const H: usize, E> = (
    Option<Tensor<I, E>>,
    Option<Tensor<H, E>>,
    Option<Tensor<I, E>>,
    Option<Tensor<H, E>>,
    Option<Tensor<H, E>>,
    Option<Tensor<H, E>>,
);

#[track_caller]
fn layer<const I: usize, const H: usize, E: Element>(
    weights: &Weights<'_, I, H, E>,
) -> Gru<I, H, crate::Own, crate::Own, crate::Own, E> {
    Gru {
        weight_ih: gates(weights.weight_ih),
        weight_hh: gates(weights.weight_hh),
        bias_ih: biases(weights.bias_ih),
        bias_hh: biases(weights.bias_hh),
    }
}
