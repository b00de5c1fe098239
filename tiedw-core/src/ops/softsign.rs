use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes softsign of each element, x / (1 + |x|).
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![-1.0, 3.0]);
    /// assert_eq!(x.softsign().as_slice(), [-0.5, 0.75]);
    /// ```
    pub fn softsign(&self) -> Self {
        self.map(softsign)
    }

    /// [`softsign`](Tensor::softsign) with its pullback.
    pub fn softsign_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        (self.softsign(), self.clone().pullback(cotangent))
    }
}

#[inline]
fn softsign<E: Element>(x: E) -> E {
    let divisor = E::ONE + x.abs();
    x.with_slope(x / divisor, cotangent(E::ONE, x))
}

#[inline]
fn cotangent<E: Element>(d: E, x: E) -> E {
    let divisor = E::ONE + x.abs();
    if const { E::HAS_TANGENT } {
        // The square may overflow, and then its tangent is NaN.
        return d / divisor / divisor;
    }
    d / (divisor * divisor)
}
