use super::l1::L1;
use super::pointwise::{Pointwise, each, each_vjp, mean, mean_vjp, of_three};
use crate::{Element, Tensor};

/// Computes the mean smooth L1 loss over all elements: half the squared difference by β if |difference| < β, and
/// |difference| - β / 2 otherwise, with β = `beta`.
///
/// It is [`huber_loss`](super::huber_loss) by β, and [`l1_loss`](super::l1_loss) if β is 0. PyTorch's default is 1.
/// Girshick, "Fast R-CNN", 2015.
///
/// ```
/// use tiedw_core::{Tensor, loss::smooth_l1_loss};
///
/// let (y, target) = (Tensor::from([1.0, 2.0]), Tensor::from([2.0, 5.0]));
/// assert_eq!(smooth_l1_loss(&y, &target, 2.0), (0.25 + 2.0) / 2.0);
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn smooth_l1_loss<const F: usize, E: Element>(y: &Tensor<F, E>, target: &Tensor<F, E>, beta: E) -> E {
    mean(SmoothL1(beta), y, target)
}

/// [`smooth_l1_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::smooth_l1_loss_vjp};
///
/// let (y, target) = (Tensor::from([1.0, 9.0]), Tensor::from([2.0, 2.0]));
/// let (_, pullback) = smooth_l1_loss_vjp(&y, &target, 2.0);
/// // The slope is constant beyond beta.
/// assert_eq!(pullback(1.0, [true, false, false]).0.unwrap().as_slice(), [-0.25, 0.5]);
/// ```
#[track_caller]
pub fn smooth_l1_loss_vjp<const F: usize, E: Element>(
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
    beta: E,
) -> (E, impl FnOnce(E, [bool; 3]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>) + use<F, E>) {
    of_three(mean_vjp(SmoothL1(beta), y, target))
}

/// Computes the smooth L1 loss of each element, whose mean is [`smooth_l1_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::smooth_l1_losses};
///
/// let (y, target) = (Tensor::from([1.0, 2.0]), Tensor::from([2.0, 5.0]));
/// assert_eq!(smooth_l1_losses(&y, &target, 2.0), Tensor::from([0.25, 2.0]));
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn smooth_l1_losses<const F: usize, E: Element>(
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
    beta: E,
) -> Tensor<F, E> {
    each(SmoothL1(beta), y, target)
}

/// [`smooth_l1_losses`] with its pullback.
#[track_caller]
pub fn smooth_l1_losses_vjp<const F: usize, E: Element>(
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
    beta: E,
) -> (
    Tensor<F, E>,
    impl FnOnce(Tensor<F, E>, [bool; 3]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>) + use<F, E>,
) {
    of_three(each_vjp(SmoothL1(beta), y, target))
}

#[derive(Clone, Copy)]
struct SmoothL1<E>(E);

impl<E: Element> Pointwise<E, 1> for SmoothL1<E> {
    const NAME: &str = "smooth_l1_loss";

    #[inline]
    fn loss(self, y: E, t: E) -> E {
        let (SmoothL1(beta), difference, half) = (self, y - t, E::from_f64(0.5));
        let distance = difference.abs();
        if is_linear(distance, beta) { distance - half * beta } else { half * difference * difference / beta }
    }

    #[inline]
    fn by_y(self, y: E, t: E) -> E {
        let (SmoothL1(beta), difference) = (self, y - t);
        if is_linear(difference.abs(), beta) { L1.by_y(y, t) } else { difference / beta }
    }

    #[inline]
    fn by_target(self, y: E, t: E) -> E {
        self.by_y(t, y)
    }

    #[inline]
    fn by_options(self, y: E, t: E) -> [E; 1] {
        let (SmoothL1(beta), distance, half) = (self, (y - t).abs(), E::from_f64(0.5));
        let part = if is_linear(distance, beta) { E::ONE } else { distance / beta };
        [-half * part * part]
    }
}

/// Whether a distance, which may be NaN, is not in the smooth part.
#[inline]
fn is_linear<E: Element>(distance: E, beta: E) -> bool {
    distance >= beta || beta == E::ZERO
}
