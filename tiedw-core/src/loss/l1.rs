use super::pointwise::{Pointwise, each, each_vjp, mean, mean_vjp, of_two};
use crate::{Element, Tensor};

/// Computes the mean absolute difference over all elements. The derivative is 0 if two elements are equal.
///
/// ```
/// use tiedw_core::{Tensor, loss::l1_loss};
///
/// let y = Tensor::<2>::from_vec([1], vec![1.0, 2.0]);
/// let target = Tensor::from_vec([1], vec![1.0, 5.0]);
/// assert_eq!(l1_loss(&y, &target), 1.5);
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn l1_loss<const F: usize, E: Element>(y: &Tensor<F, E>, target: &Tensor<F, E>) -> E {
    mean(L1, y, target)
}

/// [`l1_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::l1_loss_vjp};
///
/// let (y, target) = (Tensor::<2>::from_vec([1], vec![1.0, 5.0]), Tensor::full([1], 2.0));
/// let (_, pullback) = l1_loss_vjp(&y, &target);
/// assert_eq!(pullback(1.0, [true, false]).0.unwrap().as_slice(), [-0.5, 0.5]);
/// ```
#[track_caller]
pub fn l1_loss_vjp<const F: usize, E: Element>(
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>) + use<F, E>) {
    of_two(mean_vjp(L1, y, target))
}

/// Computes the absolute difference of each element, whose mean is [`l1_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::l1_losses};
///
/// let (y, target) = (Tensor::from([1.0, 2.0]), Tensor::from([1.0, 5.0]));
/// assert_eq!(l1_losses(&y, &target), Tensor::from([0.0, 3.0]));
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn l1_losses<const F: usize, E: Element>(y: &Tensor<F, E>, target: &Tensor<F, E>) -> Tensor<F, E> {
    each(L1, y, target)
}

/// [`l1_losses`] with its pullback.
#[track_caller]
pub fn l1_losses_vjp<const F: usize, E: Element>(
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
) -> (
    Tensor<F, E>,
    impl FnOnce(Tensor<F, E>, [bool; 2]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>) + use<F, E>,
) {
    of_two(each_vjp(L1, y, target))
}

#[derive(Clone, Copy)]
pub(super) struct L1;

impl<E: Element> Pointwise<E, 0> for L1 {
    const NAME: &str = "l1_loss";

    #[inline]
    fn loss(self, y: E, t: E) -> E {
        (y - t).abs()
    }

    #[inline]
    fn by_y(self, y: E, t: E) -> E {
        if y > t {
            E::ONE
        } else if y < t {
            -E::ONE
        } else {
            E::ZERO
        }
    }

    #[inline]
    fn by_target(self, y: E, t: E) -> E {
        self.by_y(t, y)
    }
}
