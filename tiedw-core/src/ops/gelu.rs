use crate::kernels::{MulAdd, normal};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes GELU of each element: x Φ(x), with Φ the cumulative distribution function of the standard
    /// normal distribution.
    ///
    /// Hendrycks and Gimpel, "Gaussian Error Linear Units (GELUs)", 2016. For the tanh approximation see
    /// [`gelu_tanh`](Tensor::gelu_tanh).
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3, f64>::from_vec([1], vec![-1.0, 0.0, 1.0]);
    /// let expected = [-0.15865525393, 0.0, 0.84134474607];
    /// assert!(x.gelu().as_slice().iter().zip(expected).all(|(y, e)| (y - e).abs() < 1e-10));
    /// ```
    pub fn gelu(&self) -> Self {
        self.map_by(gelu)
    }

    /// [`gelu`](Tensor::gelu) with its pullback.
    pub fn gelu_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        self.map_vjp(gelu_and_slope)
    }
}

#[inline(always)]
pub(super) fn gelu<E: Element>(x: E, mul_add: MulAdd) -> E {
    gelu_and_slope(x, mul_add).0
}

#[inline(always)]
pub(super) fn gelu_and_slope<E: Element>(x: E, mul_add: MulAdd) -> (E, E) {
    let (cdf, density) = normal(x, mul_add);
    let slope = mul_add.of(x, density, cdf);
    (x.with_slope(x * cdf, slope), slope)
}
