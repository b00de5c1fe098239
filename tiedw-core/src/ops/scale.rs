use super::MulVjp;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Multiplies each element by `factor`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![1.0, 2.0]);
    /// assert_eq!(x.scale(3.0).as_slice(), [3.0, 6.0]);
    /// ```
    pub fn scale(&self, factor: E) -> Self {
        self * factor
    }

    /// [`scale`](Tensor::scale) with its pullback.
    pub fn scale_vjp(
        &self,
        factor: E,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<E>) + use<F, E>) {
        self.mul_vjp(&factor)
    }
}
