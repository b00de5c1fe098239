use crate::kernels::{MulAdd, sigmoids};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes SiLU, also called swish, of each element: x / (1 + exp(-x)).
    ///
    /// Hendrycks and Gimpel, "Gaussian Error Linear Units (GELUs)", 2016.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([1], vec![-200.0, 0.0, 200.0]);
    /// assert_eq!(x.silu().as_slice(), [0.0, 0.0, 200.0]);
    /// ```
    pub fn silu(&self) -> Self {
        self.map_by(silu)
    }

    /// [`silu`](Tensor::silu) with its pullback.
    pub fn silu_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        self.map_vjp(silu_and_slope)
    }
}

#[inline(always)]
pub(super) fn silu<E: Element>(x: E, mul_add: MulAdd) -> E {
    silu_and_slope(x, mul_add).0
}

#[inline(always)]
pub(super) fn silu_and_slope<E: Element>(x: E, mul_add: MulAdd) -> (E, E) {
    let (s, rest) = sigmoids(x, mul_add);
    let slope = s * (E::ONE + x * rest);
    (x.with_slope(x * s, slope), slope)
}
