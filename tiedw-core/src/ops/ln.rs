use crate::kernels::map_into;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the natural logarithm of each element; NaN for negative ones.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![1.0, 0.0]);
    /// assert_eq!(x.ln().as_slice(), [0.0, f32::NEG_INFINITY]);
    /// ```
    pub fn ln(&self) -> Self {
        Tensor::with_axes(self.axes(), map_into(self.as_slice(), E::ln_into))
    }

    /// [`ln`](Tensor::ln) with its pullback.
    pub fn ln_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        (self.ln(), self.clone().pullback(E::div))
    }
}
