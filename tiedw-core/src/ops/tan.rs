use crate::kernels::of_sin_cos;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the tangent of each element, in radians.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![0.0, std::f32::consts::FRAC_PI_4]);
    /// assert_eq!(x.tan().as_slice(), [0.0, 1.0]);
    /// ```
    pub fn tan(&self) -> Self {
        let [y] = of_sin_cos::<E, _, true>(self.as_slice(), tan);
        Tensor::with_axes(self.axes(), y)
    }

    /// [`tan`](Tensor::tan) with its pullback.
    pub fn tan_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let [y, slopes] = of_sin_cos::<E, _, true>(self.as_slice(), tan_and_slope)
            .map(|data| Tensor::with_axes(self.axes(), data));
        (y, slopes.pullback(E::mul))
    }
}

#[inline(always)]
fn tan<E: Element>(sin: E, cos: E) -> [E; 1] {
    [sin / cos]
}

#[inline(always)]
fn tan_and_slope<E: Element>(sin: E, cos: E) -> [E; 2] {
    let tan = sin / cos;
    [tan, E::ONE + tan * tan]
}
