use super::elu::{scaled_elu, scaled_elu_and_slope};
use crate::{Element, Tensor};

const FACTOR: f64 = 1.050_700_987_355_480_5;
const ALPHA: f64 = 1.673_263_242_354_377_2;

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes SELU of each element: [ELU](Tensor::elu) with the factors by which a deep network keeps mean 0 and variance 1.
    ///
    /// Klambauer et al., "Self-Normalizing Neural Networks", 2017.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::<2, f64>::from_vec([1], vec![-200.0, 1.0]).selu();
    /// assert_eq!(y.as_slice(), [-1.7580993408473766, 1.0507009873554805]);
    /// ```
    pub fn selu(&self) -> Self {
        self.map_by(scaled_elu(E::from_f64(FACTOR), E::from_f64(ALPHA)))
    }

    /// [`selu`](Tensor::selu) with its pullback.
    pub fn selu_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        self.map_vjp(scaled_elu_and_slope(E::from_f64(FACTOR), E::from_f64(ALPHA)))
    }
}
