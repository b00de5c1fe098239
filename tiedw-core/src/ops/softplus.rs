use crate::kernels::{MulAdd, sigmoid, softplus_tail};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes softplus of each element, ln(1 + exp(x)), without overflow.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([1], vec![-200.0, 0.0, 200.0]);
    /// assert_eq!(x.softplus().as_slice(), [0.0, 2.0_f32.ln(), 200.0]);
    /// ```
    pub fn softplus(&self) -> Self {
        self.map_by(softplus)
    }

    /// [`softplus`](Tensor::softplus) with its pullback.
    pub fn softplus_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        self.map_vjp(softplus_and_slope)
    }
}

#[inline(always)]
fn softplus<E: Element>(x: E, mul_add: MulAdd) -> E {
    (if x < E::ZERO { E::ZERO } else { x }) + softplus_tail(x, mul_add)
}

#[inline(always)]
fn softplus_and_slope<E: Element>(x: E, mul_add: MulAdd) -> (E, E) {
    (softplus(x, mul_add), sigmoid(x, mul_add))
}
