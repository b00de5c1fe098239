use crate::kernels::map_into;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the exponential of each element.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![0.0, 1000.0]);
    /// assert_eq!(x.exp().as_slice(), [1.0, f32::INFINITY]);
    /// ```
    pub fn exp(&self) -> Self {
        Tensor::with_axes(self.axes(), map_into(self.as_slice(), E::exp_into))
    }

    /// [`exp`](Tensor::exp) with its pullback.
    pub fn exp_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let y = self.exp();
        (y.clone(), y.pullback(E::mul))
    }
}
