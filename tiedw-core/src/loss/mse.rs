use super::pointwise::{Pointwise, each, each_vjp, mean, of_two};
use crate::kernels::sum_of_squares;
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// Computes the mean squared difference over all elements.
///
/// ```
/// use tiedw_core::{Tensor, loss::mse_loss};
///
/// let y = Tensor::<2>::from_vec([1], vec![1.0, 2.0]);
/// let target = Tensor::from_vec([1], vec![1.0, 5.0]);
/// assert_eq!(mse_loss(&y, &target), 4.5);
/// ```
///
/// # Panics
/// If the shapes differ.
#[inline]
#[track_caller]
pub fn mse_loss<const F: usize, E: Element>(y: &Tensor<F, E>, target: &Tensor<F, E>) -> E {
    mean(Mse, y, target)
}

/// [`mse_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Tensor, loss::mse_loss_vjp};
///
/// let (y, target) = (Tensor::<2>::from_vec([1], vec![1.0, 5.0]), Tensor::full([1], 2.0));
/// let (loss, pullback) = mse_loss_vjp(&y, &target);
/// assert_eq!(loss, 5.0);
/// assert_eq!(pullback(1.0, [true, false]).0.unwrap().as_slice(), [-1.0, 3.0]);
/// ```
#[inline]
#[track_caller]
pub fn mse_loss_vjp<const F: usize, E: Element>(
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>) + use<F, E>) {
    y.same_shape(target, "mse_loss");
    let count = E::from_count(y.as_slice().len());
    let mut difference = PooledVec::unset(y.as_slice().len());
    let squares = sum_of_squares(y.as_slice(), target.as_slice(), &mut difference);
    let difference = Tensor::with_axes_of(y, difference);
    (squares / count, move |d: E, wanted: [bool; 2]| {
        let factor = d * E::from_f64(2.0) / count;
        let dtarget = wanted[1].then(|| difference.map(|difference| -factor * difference));
        let dy = wanted[0].then(|| difference.map_into(|difference| factor * difference));
        (dy, dtarget)
    })
}

/// Computes the squared difference of each element, whose mean is [`mse_loss`].
///
/// ```
/// use tiedw_core::{Tensor, loss::mse_losses};
///
/// let (y, target) = (Tensor::from([1.0, 2.0]), Tensor::from([1.0, 5.0]));
/// assert_eq!(mse_losses(&y, &target), Tensor::from([0.0, 9.0]));
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn mse_losses<const F: usize, E: Element>(y: &Tensor<F, E>, target: &Tensor<F, E>) -> Tensor<F, E> {
    each(Mse, y, target)
}

/// [`mse_losses`] with its pullback.
#[track_caller]
pub fn mse_losses_vjp<const F: usize, E: Element>(
    y: &Tensor<F, E>,
    target: &Tensor<F, E>,
) -> (
    Tensor<F, E>,
    impl FnOnce(Tensor<F, E>, [bool; 2]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>) + use<F, E>,
) {
    of_two(each_vjp(Mse, y, target))
}

#[derive(Clone, Copy)]
struct Mse;

impl<E: Element> Pointwise<E, 0> for Mse {
    const NAME: &str = "mse_loss";

    #[inline]
    fn loss(self, y: E, t: E) -> E {
        (y - t) * (y - t)
    }

    fn by_y(self, y: E, t: E) -> E {
        E::from_f64(2.0) * (y - t)
    }

    fn by_target(self, y: E, t: E) -> E {
        self.by_y(t, y)
    }
}
