use crate::axes::Leading;
use crate::kernels::{self, Along, repeat_each_row, repeat_row};
use crate::pooled_vec::PooledVec;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the sum of all elements.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<2>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]).sum(), 10.0);
    /// ```
    pub fn sum(&self) -> E {
        kernels::sum(self.as_slice())
    }

    /// [`sum`](Tensor::sum) with its pullback.
    pub fn sum_vjp(&self) -> (E, impl FnOnce(E, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let axes = self.axes();
        (self.sum(), move |d: E, [wanted]: [bool; 1]| (wanted.then(|| filled(axes, d)),))
    }

    /// Computes the sum over the features of each row.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]);
    /// assert_eq!(x.sum_features(), Tensor::<1>::from_vec([2], vec![3.0, 7.0]));
    /// ```
    pub fn sum_features(&self) -> Tensor<1, E> {
        let along = Along { outer: self.rows(), size: self.features(), inner: 1 };
        Tensor::with_axes_of(self, E::sums_along(self.as_slice(), along))
    }

    /// [`sum_features`](Tensor::sum_features) with its pullback.
    pub fn sum_features_vjp(
        &self,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let axes = self.axes();
        (self.sum_features(), move |d: Tensor<1, E>, [wanted]: [bool; 1]| {
            (wanted.then(|| repeated(axes, &d)),)
        })
    }

    /// Computes the sum over all rows, a tensor without leading axes.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]);
    /// assert_eq!(x.sum_rows(), Tensor::from_vec([], vec![4.0, 6.0]));
    /// ```
    pub fn sum_rows(&self) -> Self {
        let features = self.features();
        let along = Along { outer: 1, size: self.rows(), inner: features };
        Tensor::with_axes([].with_features(features), E::sums_along(self.as_slice(), along))
    }

    /// [`sum_rows`](Tensor::sum_rows) with its pullback.
    pub fn sum_rows_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let axes = self.axes();
        (self.sum_rows(), move |d: Self, [wanted]: [bool; 1]| {
            (wanted.then(|| Tensor::with_axes(axes, repeat_row(d.as_slice(), axes.rows()))),)
        })
    }

    /// Computes the sum over one leading axis, which is removed.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.sum_axis(1), Tensor::from_vec([2], vec![6.0, 15.0]));
    /// assert_eq!(x.sum_axis(0), Tensor::from_vec([3], vec![5.0, 7.0, 9.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn sum_axis(&self, axis: usize) -> Self {
        let axes = self.axes();
        let (outer, size, inner) = Self::around(axes, axis, "sum_axis");
        Tensor::with_axes(
            axes.reduced(axis, "sum_axis"),
            E::sums_along(self.as_slice(), Along { outer, size, inner }),
        )
    }

    /// [`sum_axis`](Tensor::sum_axis) with its pullback.
    #[track_caller]
    pub fn sum_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let axes = self.axes();
        (self.sum_axis(axis), move |d: Self, [wanted, _]: [bool; 2]| {
            let (_, size, inner) = Self::around(axes, axis, "sum_axis");
            (wanted.then(|| Tensor::with_axes(axes, repeat_each_row(d.as_slice(), inner, size))), None)
        })
    }
}

/// Creates a tensor with all elements equal to `d`.
pub(super) fn filled<const F: usize, E: Element>(axes: crate::Axes, d: E) -> Tensor<F, E> {
    Tensor::with_axes(axes, PooledVec::full(axes.count(), d))
}

/// Repeats the single element of each row for all features.
pub(super) fn repeated<const F: usize, E: Element>(axes: crate::Axes, d: &Tensor<1, E>) -> Tensor<F, E> {
    Tensor::with_axes(axes, repeat_each_row(d.as_slice(), 1, axes.last()))
}
