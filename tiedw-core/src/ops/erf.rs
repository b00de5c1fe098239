use crate::kernels::MulAdd;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the error function of each element, 2 / √π ∫ exp(-t²) dt from 0 to x.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::<3, f64>::from_vec([1], vec![0.0, 1.0, -10.0]).erf();
    /// assert!(y.as_slice()[0] == 0.0 && (y.as_slice()[1] - 0.8427007929497149).abs() < 1e-15 && y.as_slice()[2] == -1.0);
    /// ```
    pub fn erf(&self) -> Self {
        self.map_by(E::erf_by)
    }

    /// [`erf`](Tensor::erf) with its pullback.
    pub fn erf_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        self.map_vjp(erf_and_slope)
    }
}

#[inline(always)]
fn erf_and_slope<E: Element>(x: E, mul_add: MulAdd) -> (E, E) {
    (x.erf_by(mul_add), E::from_f64(std::f64::consts::FRAC_2_SQRT_PI) * (-x * x).exp_by(mul_add))
}
