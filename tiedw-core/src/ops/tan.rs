use crate::kernels::of_tan;
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
        let [y] = of_tan(self.as_slice(), |tan| [tan]);
        Tensor::with_axes(self.axes(), y)
    }

    /// [`tan`](Tensor::tan) with its pullback.
    pub fn tan_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let [y, slopes] = of_tan(self.as_slice(), |tan: E| [tan, E::ONE + tan * tan])
            .map(|data| Tensor::with_axes(self.axes(), data));
        (y, slopes.pullback(E::mul))
    }
}
