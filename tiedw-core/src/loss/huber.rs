use super::pointwise::{Pointwise, each, each_vjp, mean, mean_vjp, of_three};
use crate::{Element, Tensor};

/// Computes the mean Huber loss over all elements: half the squared difference if |difference| ≤ δ, and
/// δ (|difference| - δ / 2) otherwise, with δ = `delta`.
///
/// Huber, "Robust Estimation of a Location Parameter", 1964.
///
/// ```
/// use tiedw_core::{Tensor, loss::huber_loss};
///
/// let y = Tensor::<2>::from_vec([1], vec![1.0, 2.0]);
/// let target = Tensor::from_vec([1], vec![2.0, 5.0]);
/// assert_eq!(huber_loss(&y, &target, 1.0), (0.5 + 2.5) / 2.0);
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn huber_loss<const F: usize, E: Element>(y: &Tensor<F, E>, target: &Tensor<F, E>, delta: E) -> E {
    mean(Huber(delta), y, target)
}

/// [`huber_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::huber_loss_vjp};
///
/// let (y, target) = (Tensor::<2>::from_vec([1], vec![1.5, 9.0]), Tensor::full([1], 2.0));
/// let (_, pullback) = huber_loss_vjp(&y, &target, 1.0);
/// // The slope is constant beyond delta.
/// assert_eq!(pullback(1.0, [true, false, false]).0.unwrap().as_slice(), [-0.25, 0.5]);
/// ```
#[track_caller]
pub fn huber_loss_vjp<const F: usize, E: Element>(
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
    delta: E,
) -> (E, impl FnOnce(E, [bool; 3]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>) + use<F, E>) {
    of_three(mean_vjp(Huber(delta), y, target))
}

/// Computes the Huber loss of each element, whose mean is [`huber_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::huber_losses};
///
/// let (y, target) = (Tensor::from([1.0, 2.0]), Tensor::from([2.0, 5.0]));
/// assert_eq!(huber_losses(&y, &target, 1.0), Tensor::from([0.5, 2.5]));
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn huber_losses<const F: usize, E: Element>(
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
    delta: E,
) -> Tensor<F, E> {
    each(Huber(delta), y, target)
}

/// [`huber_losses`] with its pullback.
#[track_caller]
pub fn huber_losses_vjp<const F: usize, E: Element>(
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
    delta: E,
) -> (
    Tensor<F, E>,
    impl FnOnce(Tensor<F, E>, [bool; 3]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>, Option<E>) + use<F, E>,
) {
    of_three(each_vjp(Huber(delta), y, target))
}

#[derive(Clone, Copy)]
struct Huber<E>(E);

impl<E: Element> Pointwise<E, 1> for Huber<E> {
    const NAME: &str = "huber_loss";

    #[inline]
    fn loss(self, y: E, t: E) -> E {
        let (Huber(delta), difference, half) = (self, y - t, E::from_f64(0.5));
        let distance = difference.abs();
        if distance > delta { delta * (distance - half * delta) } else { half * difference * difference }
    }

    #[inline]
    fn by_y(self, y: E, t: E) -> E {
        let (Huber(delta), difference) = (self, y - t);
        // At the bounds, too, the slope is constant, as in PyTorch.
        let difference = if difference >= delta { delta } else { difference };
        if difference <= -delta { -delta } else { difference }
    }

    #[inline]
    fn by_target(self, y: E, t: E) -> E {
        self.by_y(t, y)
    }

    #[inline]
    fn by_options(self, y: E, t: E) -> [E; 1] {
        let (Huber(delta), distance) = (self, (y - t).abs());
        [if distance > delta { distance - delta } else { E::ZERO }]
    }
}
