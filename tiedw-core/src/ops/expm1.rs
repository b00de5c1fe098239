use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes exp(x) - 1 of each element, accurate near 0.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![1e-20, -1000.0]);
    /// assert_eq!(x.expm1().as_slice(), [1e-20, -1.0]);
    /// ```
    pub fn expm1(&self) -> Self {
        self.map_by(E::exp_m1_by)
    }

    /// [`expm1`](Tensor::expm1) with its pullback.
    pub fn expm1_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let y = self.expm1();
        (y.clone(), y.pullback(cotangent))
    }
}

#[inline]
fn cotangent<E: Element>(d: E, y: E) -> E {
    d * (y + E::ONE)
}
