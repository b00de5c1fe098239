//! Losses of pairs of elements: the loss of each, and the mean, without storing the losses.

use crate::kernels::sum_zip;
use crate::{Element, Tensor};

/// The loss of an element of a prediction and the same element of a target, with `O` numbers as options.
pub(super) trait Pointwise<E: Element, const O: usize>: Copy + Sync {
    /// The name in messages.
    const NAME: &'static str;

    fn loss(self, y: E, target: E) -> E;
    /// The derivative by `y`.
    fn by_y(self, y: E, target: E) -> E;
    /// The derivative by `target`.
    fn by_target(self, y: E, target: E) -> E;
    /// The derivatives by the options.
    fn by_options(self, _y: E, _target: E) -> [E; O] {
        [E::ZERO; O]
    }
}

/// Which cotangents are wanted: those of `y` and `target`, and of the options.
type Wanted<const O: usize> = ([bool; 2], [bool; O]);
/// The cotangents of `y` and `target`, and of the options.
type Cotangents<const F: usize, E, const O: usize> =
    (Option<Tensor<F, E>>, Option<Tensor<F, E>>, [Option<E>; O]);

/// Computes the mean of the losses.
#[inline]
#[track_caller]
pub(super) fn mean<const F: usize, const O: usize, E: Element, L: Pointwise<E, O>>(
    loss: L,
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
) -> E {
    y.same_shape(target, L::NAME);
    let total = sum_zip(y.as_slice(), target.as_slice(), |y, t| loss.loss(y, t));
    total / E::from_count(y.as_slice().len())
}

/// [`mean`] with its pullback.
#[inline]
#[track_caller]
pub(super) fn mean_vjp<const F: usize, const O: usize, E: Element, L: Pointwise<E, O>>(
    loss: L,
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
) -> (E, impl FnOnce(E, Wanted<O>) -> Cotangents<F, E, O> + use<F, O, E, L>) {
    let value = mean(loss, y, target);
    let (y, target) = (y.clone(), target.clone());
    (value, move |d: E, ([y_wanted, target_wanted], options): Wanted<O>| {
        let factor = d / E::from_count(y.as_slice().len());
        let dy = y_wanted.then(|| y.zip(&target, L::NAME, |y, t| factor * loss.by_y(y, t)));
        let dtarget = target_wanted.then(|| y.zip(&target, L::NAME, |y, t| factor * loss.by_target(y, t)));
        let total = |at: usize| sum_zip(y.as_slice(), target.as_slice(), |y, t| loss.by_options(y, t)[at]);
        (dy, dtarget, std::array::from_fn(|at| options[at].then(|| times_cotangent(factor, total(at)))))
    })
}

/// Computes the loss of each element.
#[track_caller]
pub(super) fn each<const F: usize, const O: usize, E: Element, L: Pointwise<E, O>>(
    loss: L,
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
) -> Tensor<F, E> {
    y.zip(target, L::NAME, |y, t| loss.loss(y, t))
}

/// [`each`] with its pullback. A loss without a cotangent has no gradient, also if it is infinite or NaN.
#[track_caller]
pub(super) fn each_vjp<const F: usize, const O: usize, E: Element, L: Pointwise<E, O>>(
    loss: L,
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
) -> (Tensor<F, E>, impl FnOnce(Tensor<F, E>, Wanted<O>) -> Cotangents<F, E, O> + use<F, O, E, L>) {
    let value = each(loss, y, target);
    let (y, target) = (y.clone(), target.clone());
    (value, move |d: Tensor<F, E>, ([y_wanted, target_wanted], options): Wanted<O>| {
        let times = |slopes: Tensor<F, E>| slopes.zip_into(&d, L::NAME, times_cotangent);
        let dy = y_wanted.then(|| times(y.zip(&target, L::NAME, |y, t| loss.by_y(y, t))));
        let dtarget = target_wanted.then(|| times(y.zip(&target, L::NAME, |y, t| loss.by_target(y, t))));
        let total = |at: usize| times(y.zip(&target, L::NAME, |y, t| loss.by_options(y, t)[at])).sum();
        (dy, dtarget, std::array::from_fn(|at| options[at].then(|| total(at))))
    })
}

/// max(x, 0), without a derivative at 0 and for NaN, as in PyTorch.
#[inline]
pub(super) fn positive_part<E: Element>(x: E) -> E {
    if const { E::HAS_TANGENT } && x.is_nan() {
        return E::ZERO.replaced_by(x);
    }
    if x < E::ZERO { E::ZERO } else { x.yields_to(E::ZERO) }
}

/// The slope times the cotangent of a loss; 0 if that is 0, also if the slope is infinite or NaN. So is the mean of the slopes of no
/// elements, a factor that is infinite times a sum that is 0.
pub(super) fn times_cotangent<E: Element>(slope: E, d: E) -> E {
    if d.vanishes() { E::ZERO } else { slope * d }
}

/// Returns the pullback in the form of a loss of two tensors.
pub(super) fn of_two<const F: usize, E: Element, D, P: FnOnce(D, Wanted<0>) -> Cotangents<F, E, 0>>(
    (value, pullback): (D, P),
) -> (D, impl FnOnce(D, [bool; 2]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>) + use<F, E, D, P>) {
    (value, move |d: D, wanted: [bool; 2]| {
        let (dy, dtarget, []) = pullback(d, (wanted, []));
        (dy, dtarget)
    })
}

/// Returns the pullback in the form of a loss of two tensors and a number.
pub(super) fn of_three<const F: usize, E: Element, D, P: FnOnce(D, Wanted<1>) -> Cotangents<F, E, 1>>(
    (value, pullback): (D, P),
) -> (D, impl FnOnce(D, [bool; 3]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>) + use<F, E, D, P>)
{
    (value, move |d: D, [y, target, option]: [bool; 3]| {
        let (dy, dtarget, [doption]) = pullback(d, ([y, target], [option]));
        (dy, dtarget, doption)
    })
}
