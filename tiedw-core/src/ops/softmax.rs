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
}
