use crate::kernels::of_sin_cos;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the cosine of each element, in radians.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2, f64>::from_vec([1], vec![0.0, std::f64::consts::PI]);
    /// assert_eq!(x.cos().as_slice(), [1.0, -1.0]);
    /// ```
    pub fn cos(&self) -> Self {
        let [y] = of_sin_cos(self.as_slice(), cos);
        Tensor::with_axes(self.axes(), y)
    }

    /// [`cos`](Tensor::cos) with its pullback.
    pub fn cos_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let [y, slopes] =
            of_sin_cos(self.as_slice(), cos_and_slope).map(|data| Tensor::with_axes(self.axes(), data));
        (y, slopes.pullback(E::mul))
    }
}

#[inline(always)]
fn cos<E: Element>(_: E, cos: E) -> [E; 1] {
    [cos]
}

#[inline(always)]
fn cos_and_slope<E: Element>(sin: E, cos: E) -> [E; 2] {
    [cos, -sin]
}
