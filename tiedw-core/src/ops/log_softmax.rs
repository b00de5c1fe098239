use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the logarithm of the softmax over the features of each row, x - ln Σ exp(x), without
    /// overflow.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![0.0, 0.0, 1000.0, 0.0]);
    /// assert_eq!(x.log_softmax().as_slice(), [-(2.0_f32.ln()), -(2.0_f32.ln()), 0.0, -1000.0]);
    /// ```
    pub fn log_softmax(&self) -> Self {
        Tensor::with_axes_of(self, E::log_softmax_rows(self.as_slice(), self.features()))
    }

    /// [`log_softmax`](Tensor::log_softmax) with its pullback.
    pub fn log_softmax_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let y = self.log_softmax();
        (y.clone(), y.pullback_of_rows(E::log_softmax_rows_vjp))
    }

    /// Computes the logarithm of the softmax over one leading axis, x - ln Σ exp(x), without overflow.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([[0.0, 1000.0], [0.0, 0.0]]);
    /// assert_eq!(x.log_softmax_axis(0), Tensor::from([[-(2.0_f32.ln()), 0.0], [-(2.0_f32.ln()), -1000.0]]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn log_softmax_axis(&self, axis: usize) -> Self {
        Tensor::with_axes(
            self.axes(),
            E::log_softmax_along(self.as_slice(), self.along(axis, "log_softmax_axis")),
        )
    }

    /// [`log_softmax_axis`](Tensor::log_softmax_axis) with its pullback.
    #[track_caller]
    pub fn log_softmax_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let (y, along) = (self.log_softmax_axis(axis), self.along(axis, "log_softmax_axis"));
        (y.clone(), y.pullback_along(along, E::log_softmax_along_vjp))
    }
}
