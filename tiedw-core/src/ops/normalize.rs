use crate::pooled_vec::PooledVec;
use crate::value::NoGradient;
use crate::{Element, Tensor};

/// The minimum divisor of a row.
const EPS: f64 = 1e-12;

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Divides each row by its Euclidean norm, clamped to at least 1e-12.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![6.0, 8.0, 0.0, 0.0]);
    /// assert_eq!(x.normalize(), Tensor::from_vec([2], vec![0.6, 0.8, 0.0, 0.0]));
    /// ```
    pub fn normalize(&self) -> Self {
        self.with_norms().0
    }

    /// [`normalize`](Tensor::normalize) with its pullback.
    pub fn normalize_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (y, norms) = self.with_norms();
        let f =
            move |d: &mut [E], y: &[E], width| E::normalize_rows_vjp(y, &norms, width, E::from_f64(EPS), d);
        (y.clone(), y.pullback_of_rows(f))
    }

    fn with_norms(&self) -> (Self, PooledVec<E>) {
        let mut y = PooledVec::unset(self.as_slice().len());
        let norms = E::normalize_rows(self.as_slice(), self.features(), E::from_f64(EPS), &mut y);
        (Tensor::with_axes_of(self, y), norms)
    }

    /// Divides by the Euclidean norm along one leading axis, clamped to at least 1e-12.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([[0.0, -4.0], [2.0, 0.0]]);
    /// assert_eq!(x.normalize_axis(0), Tensor::from([[0.0, -1.0], [1.0, 0.0]]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn normalize_axis(&self, axis: usize) -> Self {
        let [y, _] =
            E::normalize_along(self.as_slice(), self.along(axis, "normalize_axis"), E::from_f64(EPS));
        Tensor::with_axes(self.axes(), y)
    }

    /// [`normalize_axis`](Tensor::normalize_axis) with its pullback.
    #[track_caller]
    pub fn normalize_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let along = self.along(axis, "normalize_axis");
        let [y, norms] = E::normalize_along(self.as_slice(), along, E::from_f64(EPS));
        let y = Tensor::with_axes(self.axes(), y);
        let vjp =
            move |d: &mut [E], y: &[E], along| E::normalize_along_vjp(d, y, &norms, along, E::from_f64(EPS));
        (y.clone(), y.pullback_along(along, vjp))
    }
}
