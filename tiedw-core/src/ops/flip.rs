use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Reverses the order along one axis, which may be the last one.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(x.flip(0), Tensor::from([[3.0, 4.0], [1.0, 2.0]]));
    /// assert_eq!(x.flip(1), Tensor::from([[2.0, 1.0], [4.0, 3.0]]));
    /// ```
    ///
    /// # Panics
    /// If there is no such axis.
    #[track_caller]
    pub fn flip(&self, axis: usize) -> Self {
        let along = self.along_any(axis, "flip");
        self.picked(along, axis, &reversed(along.size))
    }

    /// [`flip`](Tensor::flip) with its pullback.
    #[track_caller]
    pub fn flip_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let along = self.along_any(axis, "flip");
        let (y, pullback) = self.picked_vjp(along, axis, reversed(along.size));
        (y, |d: Self, [wanted, _]: [bool; 2]| (pullback(d, wanted), None))
    }
}

fn reversed(size: usize) -> Vec<usize> {
    (0..size).rev().collect()
}
