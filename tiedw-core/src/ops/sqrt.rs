use crate::kernels::map_into;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the square root of each element. The derivative at 0 is infinite.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![4.0, 0.0]);
    /// assert_eq!(x.sqrt().as_slice(), [2.0, 0.0]);
    /// ```
    pub fn sqrt(&self) -> Self {
        Tensor::with_axes(self.axes(), map_into(self.as_slice(), E::roots_into))
    }

    /// [`sqrt`](Tensor::sqrt) with its pullback.
    pub fn sqrt_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let y = self.sqrt();
        (y.clone(), y.pullback(cotangent))
    }
}

#[inline]
fn cotangent<E: Element>(d: E, y: E) -> E {
    d / (y + y)
}
