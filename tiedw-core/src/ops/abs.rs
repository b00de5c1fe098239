use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the absolute value of each element. The derivative at 0 is 0.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![-4.0, 3.0]);
    /// assert_eq!(x.abs().as_slice(), [4.0, 3.0]);
    /// ```
    pub fn abs(&self) -> Self {
        self.map(E::abs)
    }

    /// [`abs`](Tensor::abs) with its pullback.
    pub fn abs_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        (self.abs(), self.clone().pullback(cotangent))
    }
}

#[inline]
fn cotangent<E: Element>(d: E, x: E) -> E {
    let sign = if x > E::ZERO {
        E::ONE
    } else if x < E::ZERO {
        -E::ONE
    } else {
        E::ZERO
    };
    d * sign
}
