use crate::kernels::map_into;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes 1 / √x of each element.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![4.0, 0.0]);
    /// assert_eq!(x.rsqrt().as_slice(), [0.5, f32::INFINITY]);
    /// ```
    pub fn rsqrt(&self) -> Self {
        Tensor::with_axes(self.axes(), map_into(self.as_slice(), E::reciprocal_roots_into))
    }

    /// [`rsqrt`](Tensor::rsqrt) with its pullback.
    pub fn rsqrt_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let y = self.rsqrt();
        (y.clone(), y.pullback(cotangent))
    }
}

#[inline]
fn cotangent<E: Element>(d: E, y: E) -> E {
    d * E::from_f64(-0.5) * (y * y * y)
}
