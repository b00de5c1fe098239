use super::sum::{filled, repeated};
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the mean of all elements; NaN if there are none.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<2>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]).mean(), 2.5);
    /// ```
    pub fn mean(&self) -> E {
        self.sum() / E::from_count(self.as_slice().len())
    }

    /// [`mean`](Tensor::mean) with its pullback.
    pub fn mean_vjp(&self) -> (E, impl FnOnce(E, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let axes = self.axes();
        (self.mean(), move |d: E, [wanted]: [bool; 1]| {
            (wanted.then(|| filled(axes, d / E::from_count(axes.count()))),)
        })
    }

    /// Computes the mean over the features of each row.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]);
    /// assert_eq!(x.mean_features(), Tensor::<1>::from_vec([2], vec![1.5, 3.5]));
    /// ```
    pub fn mean_features(&self) -> Tensor<1, E> {
        self.sum_features() / E::from_count(self.features())
    }

    /// [`mean_features`](Tensor::mean_features) with its pullback.
    pub fn mean_features_vjp(
        &self,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let axes = self.axes();
        (self.mean_features(), move |d: Tensor<1, E>, [wanted]: [bool; 1]| {
            (wanted.then(|| repeated(axes, &(d / E::from_count(axes.last())))),)
        })
    }

    /// Computes the mean over all rows, a tensor without leading axes.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]);
    /// assert_eq!(x.mean_rows(), Tensor::from_vec([], vec![2.0, 3.0]));
    /// ```
    pub fn mean_rows(&self) -> Self {
        self.sum_rows() / E::from_count(self.rows())
    }

    /// [`mean_rows`](Tensor::mean_rows) with its pullback.
    pub fn mean_rows_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let count = E::from_count(self.rows());
        let (sums, pullback) = self.sum_rows_vjp();
        (sums / count, move |d: Self, wanted: [bool; 1]| pullback(d / count, wanted))
    }

    /// Computes the mean over one leading axis, which is removed.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.mean_axis(1), Tensor::from_vec([2], vec![2.0, 5.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn mean_axis(&self, axis: usize) -> Self {
        let (along, _) = self.along_axis(axis, "mean_axis");
        self.sum_axis(axis) / E::from_count(along.size)
    }

    /// [`mean_axis`](Tensor::mean_axis) with its pullback.
    #[track_caller]
    pub fn mean_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let (along, _) = self.along_axis(axis, "mean_axis");
        let count = E::from_count(along.size);
        let (sums, pullback) = self.sum_axis_vjp(axis);
        (sums / count, move |d: Self, wanted: [bool; 2]| pullback(d / count, wanted))
    }
}
