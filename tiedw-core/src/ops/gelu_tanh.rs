use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// The approximation x / 2 · (1 + tanh(√(2/π) (x + 0.044715 x³))) of [`gelu`](Tensor::gelu), as BERT and
    /// GPT-2 use it.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![-1.0, 1.0]);
    /// assert!(x.gelu_tanh().as_slice().iter().zip([-0.158808, 0.841192]).all(|(y, e)| (y - e).abs() < 1e-6));
    /// ```
    pub fn gelu_tanh(&self) -> Self {
        self.map(|x| x * half_of_one_plus_tanh(x).0)
    }

    /// [`gelu_tanh`](Tensor::gelu_tanh) with its pullback.
    pub fn gelu_tanh_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        self.map_vjp(|x| {
            let (s, slope) = half_of_one_plus_tanh(x);
            (x * s, s + x * (s * (E::ONE - s)) * slope)
        })
    }
}

/// (1 + tanh u) / 2 = 1 / (1 + exp(-2u)) with u as above, and the derivative of 2u.
#[inline(always)]
fn half_of_one_plus_tanh<E: Element>(x: E) -> (E, E) {
    let scale = E::from_f64(2.0 * 0.797_884_560_802_865_4);
    let cubic = E::from_f64(0.044715);
    let twice = scale * (x + cubic * x * x * x);
    let slope = scale * (E::ONE + E::from_f64(3.0) * cubic * x * x);
    (E::ONE / (E::ONE + (-twice).exp()), slope)
}
