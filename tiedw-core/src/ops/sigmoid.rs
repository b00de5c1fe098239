use crate::kernels::sigmoid;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the sigmoid 1 / (1 + exp(-x)) of each element.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([1], vec![-200.0, 0.0, 200.0]);
    /// assert_eq!(x.sigmoid().as_slice(), [0.0, 0.5, 1.0]);
    /// ```
    pub fn sigmoid(&self) -> Self {
        self.map_by(sigmoid)
    }

    /// [`sigmoid`](Tensor::sigmoid) with its pullback.
    pub fn sigmoid_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let y = self.sigmoid();
        (y.clone(), y.pullback(cotangent))
    }
}

#[inline]
fn cotangent<E: Element>(d: E, y: E) -> E {
    d * y * (E::ONE - y)
}
