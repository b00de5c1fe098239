use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the softmax over the features of each row, exp(x) / Σ exp(x).
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![0.0, 0.0, 1000.0, 0.0]);
    /// assert_eq!(x.softmax().as_slice(), [0.5, 0.5, 1.0, 0.0]);
    /// ```
    pub fn softmax(&self) -> Self {
        Tensor::with_axes_of(self, E::softmax_rows(self.as_slice(), self.features()))
    }

    /// [`softmax`](Tensor::softmax) with its pullback.
    pub fn softmax_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let y = self.softmax();
        (y.clone(), y.pullback_of_rows(E::softmax_rows_vjp))
    }

    /// Computes the softmax over one leading axis, exp(x) / Σ exp(x), without overflow.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([[0.0, 1000.0], [0.0, 0.0]]);
    /// assert_eq!(x.softmax_axis(0), Tensor::from([[0.5, 1.0], [0.5, 0.0]]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn softmax_axis(&self, axis: usize) -> Self {
        Tensor::with_axes(self.axes(), E::softmax_along(self.as_slice(), self.along(axis, "softmax_axis")))
    }

    /// [`softmax_axis`](Tensor::softmax_axis) with its pullback.
    #[track_caller]
    pub fn softmax_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let (y, along) = (self.softmax_axis(axis), self.along(axis, "softmax_axis"));
        (y.clone(), y.pullback_along(along, E::softmax_along_vjp))
    }
}
