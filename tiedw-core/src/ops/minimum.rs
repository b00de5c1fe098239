use super::extreme::Extreme;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the minimum of each two elements; NaN if one is NaN. Axes of size 1 and missing leading axes are repeated, as
    /// by `+`.
    ///
    /// Equal elements get half of the gradient each, as in PyTorch.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 5.0, 3.0, 4.0]);
    /// let y = Tensor::from_vec([], vec![2.0, 4.5]);
    /// assert_eq!(x.minimum(&y).as_slice(), [1.0, 4.5, 2.0, 4.0]);
    /// ```
    ///
    /// # Panics
    /// If two sizes differ of which none is 1.
    #[track_caller]
    pub fn minimum(&self, other: &Self) -> Self {
        Extreme::Smallest.of_two(self, other)
    }

    /// [`minimum`](Tensor::minimum) with its pullback.
    #[track_caller]
    pub fn minimum_vjp(
        &self,
        other: &Self,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>) + use<F, E>) {
        Extreme::Smallest.of_two_vjp(self, other)
    }
}
