use crate::kernels::{MulAdd, sigmoid, softplus_tail};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the logarithm of the sigmoid of each element, -ln(1 + exp(-x)), without overflow.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([1], vec![-200.0, 0.0, 200.0]);
    /// assert_eq!(x.log_sigmoid().as_slice(), [-200.0, -(2.0_f32.ln()), 0.0]);
    /// ```
    pub fn log_sigmoid(&self) -> Self {
        self.map_by(log_sigmoid)
    }

    /// [`log_sigmoid`](Tensor::log_sigmoid) with its pullback.
    pub fn log_sigmoid_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        self.map_vjp(log_sigmoid_and_slope)
    }
}

#[inline(always)]
fn log_sigmoid<E: Element>(x: E, mul_add: MulAdd) -> E {
    (if x > E::ZERO { E::ZERO } else { x.yields_to(E::ZERO) }) - softplus_tail(x, mul_add)
}

#[inline(always)]
fn log_sigmoid_and_slope<E: Element>(x: E, mul_add: MulAdd) -> (E, E) {
    (log_sigmoid(x, mul_add), sigmoid(-x, mul_add))
}
