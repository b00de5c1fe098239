use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes 1 / x of each element.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![4.0, -0.5]);
    /// assert_eq!(x.recip().as_slice(), [0.25, -2.0]);
    /// ```
    pub fn recip(&self) -> Self {
        self.map(recip)
    }

    /// [`recip`](Tensor::recip) with its pullback.
    pub fn recip_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let y = self.recip();
        (y.clone(), y.pullback(cotangent))
    }
}

#[inline]
fn recip<E: Element>(x: E) -> E {
    E::ONE / x
}

#[inline]
fn cotangent<E: Element>(d: E, y: E) -> E {
    -d * (y * y)
}
