use crate::kernels::MulAdd;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the complementary error function of each element, 1 - erf(x), accurate in the tail.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::<3, f64>::from([0.0, -10.0, 10.0]).erfc();
    /// assert!(y.as_slice()[..2] == [1.0, 2.0] && (y.as_slice()[2] / 2.088487583762545e-45 - 1.0).abs() < 1e-13);
    /// ```
    pub fn erfc(&self) -> Self {
        self.map_by(E::erfc_by)
    }

    /// [`erfc`](Tensor::erfc) with its pullback.
    pub fn erfc_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        self.map_vjp(erfc_and_slope)
    }
}

#[inline(always)]
fn erfc_and_slope<E: Element>(x: E, mul_add: MulAdd) -> (E, E) {
    (x.erfc_by(mul_add), -E::from_f64(std::f64::consts::FRAC_2_SQRT_PI) * (-x * x).exp_by(mul_add))
}
