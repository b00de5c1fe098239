use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes max(x, 0) of each element; NaN stays NaN.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([1], vec![-1.0, 0.0, 2.0]);
    /// assert_eq!(x.relu().as_slice(), [0.0, 0.0, 2.0]);
    /// ```
    pub fn relu(&self) -> Self {
        self.map(relu)
    }

    /// [`relu`](Tensor::relu) with its pullback.
    pub fn relu_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let y = self.relu();
        (y.clone(), y.pullback(cotangent))
    }
}

#[inline]
fn relu<E: Element>(x: E) -> E {
    if x < E::ZERO { E::ZERO } else { x.yields_to(E::ZERO) }
}

#[inline]
fn cotangent<E: Element>(d: E, y: E) -> E {
    if y <= E::ZERO { E::ZERO } else { d }
}
