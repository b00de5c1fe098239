use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes hardswish of each element, x clamp(x + 3, 0, 6) / 6.
    ///
    /// Howard et al., "Searching for MobileNetV3", 2019.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([1], vec![-4.0, 1.5, 4.0]);
    /// assert_eq!(x.hardswish().as_slice(), [0.0, 1.125, 4.0]);
    /// ```
    pub fn hardswish(&self) -> Self {
        self.map(hardswish)
    }

    /// [`hardswish`](Tensor::hardswish) with its pullback.
    pub fn hardswish_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        (self.hardswish(), self.clone().pullback(cotangent))
    }
}

#[inline]
fn hardswish<E: Element>(x: E) -> E {
    let (three, six) = (E::from_f64(3.0), E::from_f64(6.0));
    let gate = if x < -three { E::ZERO } else { (x + three).yields_to(E::ZERO) };
    x * (if gate > six { E::ONE } else { gate.yields_to(six) / six })
}

#[inline]
fn cotangent<E: Element>(d: E, x: E) -> E {
    let three = E::from_f64(3.0);
    let inside = d * (x / three + E::from_f64(0.5));
    let right = if x >= three { d } else { inside };
    if x <= -three { E::ZERO } else { right }
}
