use crate::kernels::{MulAdd, sigmoids};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// The approximation x / 2 · (1 + tanh(√(2/π) (x + 0.044715 x³))) of [`gelu`](Tensor::gelu), as BERT and
    /// GPT-2 use it.
    ///
    /// In `f32` it is within 1e-6 of itself down to x = -3. Below, the exponent's rounding grows with the exponent: within
    /// 3e-6 down to -5, and 2e-5 down to -10.2, where the result fades to 0.
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

/// (1 + tanh u) / 2, the sigmoid of 2u with u as above; what it lacks to 1; and the derivative of 2u.
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
