use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Replaces NaN by 0, and infinities by the greatest and the least finite number; those get no gradient.
    ///
    /// With other numbers it is [`masked_fill`](Tensor::masked_fill) at [`is_nan`](Tensor::is_nan).
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([f32::NAN, f32::INFINITY, 1.0]);
    /// assert_eq!(x.nan_to_num().as_slice(), [0.0, f32::MAX, 1.0]);
    /// ```
    pub fn nan_to_num(&self) -> Self {
        self.map(finite)
    }

    /// [`nan_to_num`](Tensor::nan_to_num) with its pullback.
    pub fn nan_to_num_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        (self.nan_to_num(), self.clone().pullback(cotangent))
    }
}

#[inline]
fn finite<E: Element>(x: E) -> E {
    let greatest = if E::EPSILON_F64 > f64::EPSILON { f64::from(f32::MAX) } else { f64::MAX };
    let (least, greatest) = (E::from_f64(-greatest), E::from_f64(greatest));
    // No branches: each is one instruction for a vector.
    let x = if x.is_nan() { E::ZERO } else { x };
    let x = if x > greatest { greatest } else { x };
    if x < least { least } else { x }
}

#[inline]
fn cotangent<E: Element>(d: E, x: E) -> E {
    if x.is_finite() { d } else { E::ZERO }
}
