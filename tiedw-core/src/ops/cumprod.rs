use crate::kernels::Along;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the cumulative products of the features of each row: of each feature and those before it.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([[1.0, 2.0, 3.0], [4.0, 0.0, 6.0]]);
    /// assert_eq!(x.cumprod_features().as_slice(), [1.0, 2.0, 6.0, 4.0, 0.0, 0.0]);
    /// ```
    pub fn cumprod_features(&self) -> Self {
        products(self, self.along_features().0)
    }

    /// [`cumprod_features`](Tensor::cumprod_features) with its pullback.
    pub fn cumprod_features_vjp(
        &self,
    ) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (y, pullback) = products_vjp(self, self.along_features().0);
        (y, |d: Self, [wanted]: [bool; 1]| (wanted.then(|| pullback(d)),))
    }

    /// Computes the cumulative products along a leading axis: of each element and those before it.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    /// assert_eq!(x.cumprod_axis(0).as_slice(), [1.0, 2.0, 3.0, 8.0, 15.0, 48.0]);
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn cumprod_axis(&self, axis: usize) -> Self {
        products(self, self.along(axis, "cumprod_axis"))
    }

    /// [`cumprod_axis`](Tensor::cumprod_axis) with its pullback.
    #[track_caller]
    pub fn cumprod_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let (y, pullback) = products_vjp(self, self.along(axis, "cumprod_axis"));
        (y, |d: Self, [wanted, _]: [bool; 2]| (wanted.then(|| pullback(d)), None))
    }
}

fn products<const F: usize, E: Element>(x: &Tensor<F, E>, along: Along) -> Tensor<F, E> {
    Tensor::with_axes(x.axes(), E::cumulative_products(x.as_slice(), along))
}

fn products_vjp<const F: usize, E: Element>(
    x: &Tensor<F, E>,
    along: Along,
) -> (Tensor<F, E>, impl FnOnce(Tensor<F, E>) -> Tensor<F, E> + use<F, E>) {
    let (x, y) = (x.clone(), products(x, along));
    (y.clone(), move |mut d: Tensor<F, E>| {
        d.same_shape(&y, "a pullback");
        E::cumulative_products_vjp(d.as_mut_slice(), x.as_slice(), y.as_slice(), along);
        d
    })
}
