use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes ln(1 + x) of each element, accurate near 0; NaN below -1.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![1e-20, -1.0]);
    /// assert_eq!(x.log1p().as_slice(), [1e-20, f32::NEG_INFINITY]);
    /// ```
    pub fn log1p(&self) -> Self {
        self.map_by(E::ln_1p_by)
    }

    /// [`log1p`](Tensor::log1p) with its pullback.
    pub fn log1p_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        (self.log1p(), self.clone().pullback(cotangent))
    }
}

#[inline]
fn cotangent<E: Element>(d: E, x: E) -> E {
    d / (E::ONE + x)
}
