use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the sign of each element: 1, -1, or 0 for 0 and NaN, as in PyTorch. The derivative is 0.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([1], vec![-4.0, 0.0, 3.0]);
    /// assert_eq!(x.sign().as_slice(), [-1.0, 0.0, 1.0]);
    /// ```
    pub fn sign(&self) -> Self {
        self.map(sign)
    }

    /// [`sign`](Tensor::sign) with its pullback.
    pub fn sign_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        (self.sign(), |d: Self, [wanted]: [bool; 1]| (wanted.then(|| d.map_into(|_| E::ZERO)),))
    }
}

#[inline]
fn sign<E: Element>(x: E) -> E {
    if x > E::ZERO {
        E::ONE
    } else if x < E::ZERO {
        -E::ONE
    } else {
        E::ZERO
    }
}
