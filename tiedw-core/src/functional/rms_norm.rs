use super::layer_norm::{check_row, deps};
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Scales each row to a mean square of 1, as an [`RmsNorm`](crate::layers::RmsNorm) whose weight is computed:
/// y = x / √(mean square + eps) · weight.
///
/// ```
/// use tiedw_core::{Tensor, functional::rms_norm};
///
/// let x = Tensor::<2>::from_vec([1], vec![1.0, -7.0]);
/// let weight = Tensor::from_vec([], vec![5.0, 10.0]);
/// assert_eq!(rms_norm(&x, &weight, 0.0).as_slice(), [1.0, -14.0]);
/// ```
///
/// # Panics
/// If the weight is not one row of the features of `x`.
#[track_caller]
pub fn rms_norm<const D: usize, E: Element>(x: &Tensor<D, E>, weight: &Tensor<D, E>, eps: E) -> Tensor<D, E> {
    run(x, weight, eps).0
}

/// [`rms_norm`] with its pullback.
#[track_caller]
pub fn rms_norm_vjp<const D: usize, E: Element>(
    x: &Tensor<D, E>,
    weight: &Tensor<D, E>,
    eps: E,
) -> (
    Tensor<D, E>,
    impl FnOnce(Tensor<D, E>, [bool; 3]) -> (Option<Tensor<D, E>>, Option<Tensor<D, E>>, Option<E>) + use<D, E>,
) {
    let (y, scales) = run(x, weight, eps);
    let (x, weight) = (x.clone(), weight.clone());
    (y, move |mut d: Tensor<D, E>, [x_wanted, weight_wanted, eps_wanted]: [bool; 3]| {
        d.same_shape(&x, "a pullback");
        let deps = eps_wanted.then(|| {
            let rows = scales.iter().map(|&scale| [E::ZERO, scale]);
            deps(rows, x.as_slice(), d.as_slice(), weight.as_slice())
        });
        let dweight = E::rms_norm_rows_vjp(x.as_slice(), weight.as_slice(), &scales, d.as_mut_slice());
        (x_wanted.then_some(d), weight_wanted.then(|| Tensor::with_axes_of(&weight, dweight)), deps)
    })
}

#[track_caller]
fn run<const D: usize, E: Element>(
    x: &Tensor<D, E>,
    weight: &Tensor<D, E>,
    eps: E,
) -> (Tensor<D, E>, PooledVec<E>) {
    check_row(x, weight, "`rms_norm` with a weight");
    let mut y = PooledVec::unset(x.as_slice().len());
    let scales = E::rms_norm_rows(x.as_slice(), weight.as_slice(), eps, &mut y);
    (Tensor::with_axes_of(x, y), scales)
}
