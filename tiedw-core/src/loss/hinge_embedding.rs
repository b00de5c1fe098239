use super::pointwise::{Pointwise, each, each_vjp, mean, mean_vjp, positive_part};
use super::signs::signs;
use crate::value::NoGradient;
use crate::{Element, Mask, Tensor};

/// Computes the mean hinge embedding loss over all elements: the distance if `same`, and max(0, margin - distance) otherwise.
///
/// PyTorch's default margin is 1.
///
/// ```
/// use tiedw_core::{Mask, Tensor, loss::hinge_embedding_loss};
///
/// let distances = Tensor::from([0.5, 0.5, 3.0]);
/// assert_eq!(hinge_embedding_loss(&distances, &Mask::from([true, false, false]), 2.0), (0.5 + 1.5) / 3.0);
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn hinge_embedding_loss<const F: usize, E: Element>(
    distances: &Tensor<F, E>,
    same: &Mask<F>,
    margin: E,
) -> E {
    mean(HingeEmbedding(margin), distances, &signs(same))
}

/// [`hinge_embedding_loss`] with its pullback.
///
/// ```
/// use tiedw_core::{Mask, Tensor, loss::hinge_embedding_loss_vjp};
///
/// let (distances, same) = (Tensor::from([0.5, 0.5]), Mask::from([true, false]));
/// let (_, pullback) = hinge_embedding_loss_vjp(&distances, &same, 2.0);
/// assert_eq!(pullback(1.0, [true, false, false]).0.unwrap(), Tensor::from([0.5, -0.5]));
/// ```
#[track_caller]
pub fn hinge_embedding_loss_vjp<const F: usize, E: Element>(
    distances: &Tensor<F, E>,
    same: &Mask<F>,
    margin: E,
) -> (E, impl FnOnce(E, [bool; 3]) -> (Option<Tensor<F, E>>, Option<NoGradient>, Option<E>) + use<F, E>) {
    let (loss, pullback) = mean_vjp(HingeEmbedding(margin), distances, &signs(same));
    (loss, move |d: E, [wanted, _, margin]: [bool; 3]| {
        let (dx, _, [dmargin]) = pullback(d, ([wanted, false], [margin]));
        (dx, None, dmargin)
    })
}

/// Computes the loss of each element, whose mean is [`hinge_embedding_loss`].
///
/// ```
/// use tiedw_core::{Mask, Tensor, loss::hinge_embedding_losses};
///
/// let (distances, same) = (Tensor::from([0.5, 0.5]), Mask::from([true, false]));
/// assert_eq!(hinge_embedding_losses(&distances, &same, 2.0), Tensor::from([0.5, 1.5]));
/// ```
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn hinge_embedding_losses<const F: usize, E: Element>(
    distances: &Tensor<F, E>,
    same: &Mask<F>,
    margin: E,
) -> Tensor<F, E> {
    each(HingeEmbedding(margin), distances, &signs(same))
}

/// [`hinge_embedding_losses`] with its pullback.
#[track_caller]
pub fn hinge_embedding_losses_vjp<const F: usize, E: Element>(
    distances: &Tensor<F, E>,
    same: &Mask<F>,
    margin: E,
) -> (
    Tensor<F, E>,
    impl FnOnce(Tensor<F, E>, [bool; 3]) -> (Option<Tensor<F, E>>, Option<NoGradient>, Option<E>) + use<F, E>,
) {
    let (losses, pullback) = each_vjp(HingeEmbedding(margin), distances, &signs(same));
    (losses, move |d: Tensor<F, E>, [wanted, _, margin]: [bool; 3]| {
        let (dx, _, [dmargin]) = pullback(d, ([wanted, false], [margin]));
        (dx, None, dmargin)
    })
}

/// The loss of a distance, and of 1 for a pair that is the same or -1 for another.
#[derive(Clone, Copy)]
struct HingeEmbedding<E>(E);

impl<E: Element> Pointwise<E, 1> for HingeEmbedding<E> {
    const NAME: &str = "hinge_embedding_loss";

    #[inline]
    fn loss(self, distance: E, sign: E) -> E {
        if sign > E::ZERO { distance } else { positive_part(self.0 - distance) }
    }

    #[inline]
    fn by_y(self, distance: E, sign: E) -> E {
        if sign > E::ZERO { E::ONE } else { -self.by_options(distance, sign)[0] }
    }

    #[inline]
    fn by_target(self, _: E, _: E) -> E {
        E::ZERO
    }

    #[inline]
    fn by_options(self, distance: E, sign: E) -> [E; 1] {
        [if sign < E::ZERO && distance < self.0 { E::ONE } else { E::ZERO }]
    }
}
