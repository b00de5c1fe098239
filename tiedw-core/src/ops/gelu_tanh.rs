use crate::kernels::{MulAdd, sigmoids};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the tanh approximation of [`gelu`](Tensor::gelu): x / 2 · (1 + tanh(√(2/π) (x + 0.044715
    /// x³))), as used by BERT and GPT-2.
    ///
    /// In `f32` the relative error against this formula is at most 1e-6 for x ≥ -3. Below, the rounding of
    /// the exponent grows with its size: at most 3e-6 for x ≥ -5, and 2e-5 for x ≥ -10.2, where the result
    /// approaches 0.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![-1.0, 1.0]);
    /// assert!(x.gelu_tanh().as_slice().iter().zip([-0.158808, 0.841192]).all(|(y, e)| (y - e).abs() < 1e-6));
    /// ```
    pub fn gelu_tanh(&self) -> Self {
        self.map_by(gelu_tanh)
    }

    /// [`gelu_tanh`](Tensor::gelu_tanh) with its pullback.
    pub fn gelu_tanh_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        self.map_vjp(gelu_tanh_and_slope)
    }
}

#[inline(always)]
fn gelu_tanh<E: Element>(x: E, mul_add: MulAdd) -> E {
    x * half_of_one_plus_tanh(x, mul_add).0
}

#[inline(always)]
fn gelu_tanh_and_slope<E: Element>(x: E, mul_add: MulAdd) -> (E, E) {
    let (s, rest, slope) = half_of_one_plus_tanh(x, mul_add);
    (x * s, s + x * (s * rest) * slope)
}

/// Returns (1 + tanh u) / 2, which is the sigmoid of 2u, with u as above; 1 minus that; and the derivative of
/// 2u.
#[inline(always)]
fn half_of_one_plus_tanh<E: Element>(x: E, mul_add: MulAdd) -> (E, E, E) {
    let scale = 2.0 * 0.797_884_560_802_865_4;
    let cubic = scale * 0.044715;
    let square = x * x;
    let twice = x * (E::from_f64(scale) + E::from_f64(cubic) * square);
    let slope = E::from_f64(scale) + E::from_f64(3.0 * cubic) * square;
    let (s, rest) = sigmoids(twice, mul_add);
    (s, rest, slope)
}
