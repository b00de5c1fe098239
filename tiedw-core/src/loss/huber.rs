use crate::kernels::sum_zip;
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
    y.same_shape(target, "huber_loss");
    let half = E::from_f64(0.5);
    let total = sum_zip(y.as_slice(), target.as_slice(), |y, t| {
        let distance = (y - t).abs();
        if distance > delta { delta * (distance - half * delta) } else { half * distance * distance }
    });
    total / E::from_count(y.as_slice().len())
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
    let loss = huber_loss(y, target, delta);
    let (y, target) = (y.clone(), target.clone());
    (loss, move |d: E, wanted: [bool; 3]| {
        let factor = d / E::from_count(y.as_slice().len());
        let side = |factor: E| {
            y.zip(&target, "huber_loss", |y, t| {
                let difference = y - t;
                let difference = if difference > delta { delta } else { difference };
                factor * if difference < -delta { -delta } else { difference }
            })
        };
        let ddelta = wanted[2].then(|| {
            let beyond = sum_zip(y.as_slice(), target.as_slice(), |y, t| {
                let distance = (y - t).abs();
                if distance > delta { distance - delta } else { E::ZERO }
            });
            factor * beyond
        });
        (wanted[0].then(|| side(factor)), wanted[1].then(|| side(-factor)), ddelta)
    })
}
