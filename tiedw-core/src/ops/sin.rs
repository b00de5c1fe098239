use crate::kernels::of_sin_cos;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the sine of each element, in radians.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2, f64>::from_vec([1], vec![0.0, std::f64::consts::FRAC_PI_2]);
    /// assert_eq!(x.sin().as_slice(), [0.0, 1.0]);
    /// ```
    pub fn sin(&self) -> Self {
        let [y] = of_sin_cos(self.as_slice(), sin);
        Tensor::with_axes(self.axes(), y)
    }

    /// [`sin`](Tensor::sin) with its pullback.
    pub fn sin_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let [y, slopes] =
            of_sin_cos(self.as_slice(), sin_and_slope).map(|data| Tensor::with_axes(self.axes(), data));
        (y, slopes.pullback(E::mul))
    }
}

#[inline(always)]
fn sin<E: Element>(sin: E, _: E) -> [E; 1] {
    [sin]
}

#[inline(always)]
fn sin_and_slope<E: Element>(sin: E, cos: E) -> [E; 2] {
    [sin, cos]
}
