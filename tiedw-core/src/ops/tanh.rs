use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the hyperbolic tangent of each element.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![0.0, 100.0]);
    /// assert_eq!(x.tanh().as_slice(), [0.0, 1.0]);
    /// ```
    pub fn tanh(&self) -> Self {
        self.map_by(E::tanh_by)
    }

    /// [`tanh`](Tensor::tanh) with its pullback.
    pub fn tanh_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let y = self.tanh();
        (y.clone(), y.pullback(cotangent))
    }
}

#[inline]
fn cotangent<E: Element>(d: E, y: E) -> E {
    d * (E::ONE - y * y)
}
