//! Cotangents, and their accumulation over several uses of a value.

use crate::param::{Matrix, Vector};
use crate::{Dual, Element, Tensor};

/// The cotangent of values without gradient: integers, flags, class indices.
///
/// ```
/// use tiedw_core::{NoGradient, loss::cross_entropy_loss_vjp, Tensor};
///
/// let (_, pullback) = cross_entropy_loss_vjp(&Tensor::<2>::zeros([1]), &[0]);
/// let (_, of_classes): (_, Option<NoGradient>) = pullback(1.0, [true, true]);
/// assert_eq!(of_classes, None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoGradient;

/// A cotangent that can be accumulated over several uses of one value.
///
/// ```
/// use tiedw_core::{Accumulate, Tensor};
///
/// let mut sum = Tensor::<2>::full([1], 1.0);
/// sum.accumulate(Tensor::from_vec([1], vec![10.0, 20.0]));
/// assert_eq!(sum.as_slice(), [11.0, 21.0]);
/// ```
pub trait Accumulate {
    /// Adds `other` to `self`.
    fn accumulate(&mut self, other: Self);
}

impl Accumulate for f32 {
    #[inline]
    fn accumulate(&mut self, other: f32) {
        *self += other;
    }
}

impl Accumulate for f64 {
    #[inline]
    fn accumulate(&mut self, other: f64) {
        *self += other;
    }
}

impl<E: Element> Accumulate for Dual<E> {
    #[inline]
    fn accumulate(&mut self, other: Dual<E>) {
        *self += other;
    }
}

impl<const F: usize, E: Element> Accumulate for Tensor<F, E> {
    #[inline]
    fn accumulate(&mut self, other: Self) {
        self.zip_assign(&other, "a sum of cotangents", |x, y| x + y);
    }
}

impl<const R: usize, const C: usize, E: Element> Accumulate for Matrix<R, C, E> {
    fn accumulate(&mut self, other: Self) {
        add_slices(self.as_mut_slice(), other.as_slice());
    }
}

impl<const N: usize, E: Element> Accumulate for Vector<N, E> {
    fn accumulate(&mut self, other: Self) {
        add_slices(self.as_mut_slice(), other.as_slice());
    }
}

fn add_slices<E: Element>(sums: &mut [E], others: &[E]) {
    for (sum, &other) in sums.iter_mut().zip(others) {
        *sum += other;
    }
}

/// A cotangent that can be accumulated into one of type `C`, which must be the same type.
#[diagnostic::on_unimplemented(
    message = "a cotangent of type `{Self}` flows into a value whose cotangent is `{C}`",
    label = "the two types differ",
    note = "what takes an argument marked `#[constant]` passes no gradient on: cut it with `stop_gradient(..)` there"
)]
pub trait AddTo<C>: Sized {
    /// Adds the cotangent to the sum in `slot`.
    fn add_to(self, slot: &mut Option<C>);

    /// Adds a cotangent, if there is one, to the sum in `slot`.
    #[inline]
    fn add(slot: &mut Option<C>, cotangent: Option<Self>) {
        if let Some(cotangent) = cotangent {
            cotangent.add_to(slot);
        }
    }
}

impl<C: Accumulate> AddTo<C> for C {
    #[inline]
    fn add_to(self, slot: &mut Option<C>) {
        match slot {
            Some(sum) => sum.accumulate(self),
            None => *slot = Some(self),
        }
    }
}

impl Accumulate for NoGradient {
    #[inline]
    fn accumulate(&mut self, _: NoGradient) {}
}
