use crate::kernels::MulAdd;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes mish of each element, x tanh(ln(1 + exp(x))).
    ///
    /// Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2019.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([1], vec![-200.0, 0.0, 200.0]);
    /// assert_eq!(x.mish().as_slice(), [0.0, 0.0, 200.0]);
    /// ```
    pub fn mish(&self) -> Self {
        self.map_by(mish)
    }

    /// [`mish`](Tensor::mish) with its pullback.
    pub fn mish_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        self.map_vjp(mish_and_slope)
    }
}

#[inline(always)]
fn mish<E: Element>(x: E, mul_add: MulAdd) -> E {
    mish_and_slope(x, mul_add).0
}

#[inline(always)]
fn mish_and_slope<E: Element>(x: E, mul_add: MulAdd) -> (E, E) {
    let two = E::from_f64(2.0);
    let near = if x > E::from_f64(FAR) { E::from_f64(FAR) } else { x };
    let e = near.exp_by(mul_add);
    // tanh(ln(1 + e)) = w / (w + 2).
    let w = e * (e + two);
    let tanh = w / (w + two);
    let slope = mul_add.of(x, E::from_f64(4.0) * e * (E::ONE + e) / ((w + two) * (w + two)), tanh);
    (x * tanh, if x > E::from_f64(FAR) { E::ONE } else { slope })
}

/// From here on, mish is x to the last digit of an `f64`.
const FAR: f64 = 20.0;
