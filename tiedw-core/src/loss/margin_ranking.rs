use super::pointwise::{Pointwise, each, each_vjp, mean, mean_vjp, positive_part};
use super::signs::signs;
use crate::value::NoGradient;
use crate::{Element, Mask, Tensor};

/// Computes the mean margin ranking loss over all elements: max(0, b - a + margin) if `a` shall rank higher than `b`, and
/// max(0, a - b + margin) otherwise.
///
/// PyTorch's default margin is 0.
///
/// ```
/// use tiedw_core::{Mask, Tensor, loss::margin_ranking_loss};
///
/// let (a, b) = (Tensor::from([2.0, 2.0]), Tensor::from([1.0, 1.0]));
/// assert_eq!(margin_ranking_loss(&a, &b, &Mask::from([true, false]), 0.5), 1.5 / 2.0);
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn margin_ranking_loss<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    a_is_higher: &Mask<F>,
    margin: E,
) -> E {
    mean(MarginRanking(margin), &difference(a, b), &signs(a_is_higher))
}

/// [`margin_ranking_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Mask, Tensor, loss::margin_ranking_loss_vjp};
///
/// let (a, b) = (Tensor::from([2.0, 2.0]), Tensor::from([1.0, 1.0]));
/// let (_, pullback) = margin_ranking_loss_vjp(&a, &b, &Mask::from([true, false]), 0.5);
/// let (da, db, _, _) = pullback(1.0, [true, true, false, false]);
/// assert_eq!(da.unwrap(), Tensor::from([0.0, 0.5]));
/// assert_eq!(db.unwrap(), Tensor::from([0.0, -0.5]));
/// ```
#[track_caller]
pub fn margin_ranking_loss_vjp<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    a_is_higher: &Mask<F>,
    margin: E,
) -> (E, impl FnOnce(E, [bool; 4]) -> Cotangents<F, E> + use<F, E>) {
    let (loss, pullback) = mean_vjp(MarginRanking(margin), &difference(a, b), &signs(a_is_higher));
    (loss, move |d: E, wanted: [bool; 4]| of_operands(wanted, |wanted| pullback(d, wanted)))
}

/// Computes the loss of each element, whose mean is [`margin_ranking_loss`].
///
/// ```
/// use tiedw_core::{Mask, Tensor, loss::margin_ranking_losses};
///
/// let (a, b) = (Tensor::from([2.0, 2.0]), Tensor::from([1.0, 1.0]));
/// assert_eq!(margin_ranking_losses(&a, &b, &Mask::from([true, false]), 0.5), Tensor::from([0.0, 1.5]));
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn margin_ranking_losses<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    a_is_higher: &Mask<F>,
    margin: E,
) -> Tensor<F, E> {
    each(MarginRanking(margin), &difference(a, b), &signs(a_is_higher))
}

/// [`margin_ranking_losses`] with its pullback.
#[track_caller]
pub fn margin_ranking_losses_vjp<const F: usize, E: Element>(
    a: &Tensor<F, E>,
    b: &Tensor<F, E>,
    a_is_higher: &Mask<F>,
    margin: E,
) -> (Tensor<F, E>, impl FnOnce(Tensor<F, E>, [bool; 4]) -> Cotangents<F, E> + use<F, E>) {
    let (losses, pullback) = each_vjp(MarginRanking(margin), &difference(a, b), &signs(a_is_higher));
    (losses, move |d: Tensor<F, E>, wanted: [bool; 4]| of_operands(wanted, |wanted| pullback(d, wanted)))
}

/// Of `a`, `b`, the mask and the margin.
type Cotangents<const F: usize, E> =
    (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<NoGradient>, Option<E>);

#[track_caller]
fn difference<const F: usize, E: Element>(a: &Tensor<F, E>, b: &Tensor<F, E>) -> Tensor<F, E> {
    a.zip(b, "margin_ranking_loss", |a, b| a - b)
}

/// Returns the cotangents of the operands from those of the difference and the margin.
fn of_operands<const F: usize, E: Element>(
    [a, b, _, margin]: [bool; 4],
    pullback: impl FnOnce(([bool; 2], [bool; 1])) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, [Option<E>; 1]),
) -> Cotangents<F, E> {
    let (da, _, [dmargin]) = pullback(([a || b, false], [margin]));
    let db = da.as_ref().filter(|_| b).map(|da| -da);
    (da.filter(|_| a), db, None, dmargin)
}

/// The loss of a difference, and of the sign that it shall have.
#[derive(Clone, Copy)]
struct MarginRanking<E>(E);

impl<E: Element> Pointwise<E, 1> for MarginRanking<E> {
    const NAME: &str = "margin_ranking_loss";

    #[inline]
    fn loss(self, difference: E, sign: E) -> E {
        positive_part(self.0 - sign * difference)
    }

    #[inline]
    fn by_y(self, difference: E, sign: E) -> E {
        -sign * self.by_options(difference, sign)[0]
    }

    #[inline]
    fn by_target(self, _: E, _: E) -> E {
        E::ZERO
    }

    #[inline]
    fn by_options(self, difference: E, sign: E) -> [E; 1] {
        [if self.0 - sign * difference > E::ZERO { E::ONE } else { E::ZERO }]
    }
}
