use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Normalizes the features of each row, as a [`LayerNorm`](crate::layers::LayerNorm) whose weight and bias are computed:
/// y = (x - mean) / √(variance + eps) · weight + bias.
///
/// ```
/// use tiedw_core::{Tensor, functional::layer_norm};
///
/// let x = Tensor::<2>::from_vec([1], vec![3.0, 7.0]);
/// let (weight, bias) = (Tensor::full([], 1.0), Tensor::from_vec([], vec![0.0, 10.0]));
/// assert_eq!(layer_norm(&x, &weight, &bias, 0.0).as_slice(), [-1.0, 11.0]);
/// ```
///
/// # Panics
/// If the weight or the bias is not one row of the features of `x`.
#[track_caller]
pub fn layer_norm<const D: usize, E: Element>(
    x: &Tensor<D, E>,
    weight: &Tensor<D, E>,
    bias: &Tensor<D, E>,
    eps: E,
) -> Tensor<D, E> {
    run(x, weight, bias, eps).0
}

/// [`layer_norm`] with its pullback.
#[track_caller]
pub fn layer_norm_vjp<const D: usize, E: Element>(
    x: &Tensor<D, E>,
    weight: &Tensor<D, E>,
    bias: &Tensor<D, E>,
    eps: E,
) -> (Tensor<D, E>, impl FnOnce(Tensor<D, E>, [bool; 4]) -> Cotangents<D, E> + use<D, E>) {
    let (y, statistics) = run(x, weight, bias, eps);
    let (x, weight, of_bias) = (x.clone(), weight.clone(), bias.axes());
    (y, move |mut d: Tensor<D, E>, [x_wanted, weight_wanted, bias_wanted, eps_wanted]: [bool; 4]| {
        d.same_shape(&x, "a pullback");
        let deps = eps_wanted.then(|| {
            let rows = statistics.as_chunks().0.iter().map(|&[mean, scale]| [mean, scale]);
            deps(rows, x.as_slice(), d.as_slice(), weight.as_slice())
        });
        let [dweight, dbias] =
            E::layer_norm_rows_vjp(x.as_slice(), weight.as_slice(), &statistics, d.as_mut_slice());
        (
            x_wanted.then_some(d),
            weight_wanted.then(|| Tensor::with_axes_of(&weight, dweight)),
            bias_wanted.then(|| Tensor::with_axes(of_bias, dbias)),
            deps,
        )
    })
}

type Cotangents<const D: usize, E> =
    (Option<Tensor<D, E>>, Option<Tensor<D, E>>, Option<Tensor<D, E>>, Option<E>);

#[track_caller]
fn run<const D: usize, E: Element>(
    x: &Tensor<D, E>,
    weight: &Tensor<D, E>,
    bias: &Tensor<D, E>,
    eps: E,
) -> (Tensor<D, E>, PooledVec<E>) {
    check_row(x, weight, "`layer_norm` with a weight");
    check_row(x, bias, "`layer_norm` with a bias");
    let mut y = PooledVec::unset(x.as_slice().len());
    let statistics = E::layer_norm_rows(x.as_slice(), weight.as_slice(), bias.as_slice(), eps, &mut y);
    (Tensor::with_axes_of(x, y), statistics)
}

/// The cotangent of eps, from the mean and the scale of each row: the derivative of scale is -scale³ / 2.
pub(super) fn deps<E: Element>(rows: impl Iterator<Item = [E; 2]>, x: &[E], d: &[E], weight: &[E]) -> E {
    let width = weight.len().max(1);
    let of_row = |(([mean, scale], x), d): (([E; 2], &[E]), &[E])| {
        let products = x.iter().zip(d).zip(weight).map(|((&x, &d), &weight)| (x - mean) * d * weight);
        scale * scale * scale * products.fold(E::ZERO, |sum, product| sum + product)
    };
    let sums = rows.zip(x.chunks_exact(width)).zip(d.chunks_exact(width)).map(of_row);
    sums.fold(E::ZERO, |sum, of_row| sum + of_row) * E::from_f64(-0.5)
}

/// Checks that what scales or shifts the rows of `x` is one row.
#[track_caller]
pub(super) fn check_row<const D: usize, E: Element>(x: &Tensor<D, E>, row: &Tensor<D, E>, what: &str) {
    assert!(
        row.as_slice().len() == x.features(),
        "{what} of shape {:?}, of a tensor of shape {:?}: one row of {} features is wanted",
        row.shape(),
        x.shape(),
        x.features()
    );
}
