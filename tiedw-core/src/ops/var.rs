use super::moments::{Moment, SAMPLE};
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the variance of all elements, estimated from them as a sample: Σ (x - mean)² / (n - 1).
    /// NaN for less than two elements.
    ///
    /// [`var_with`](Tensor::var_with) has another correction than 1, the default of PyTorch.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<3>::from_vec([1], vec![1.0, 3.0, 5.0]).var(), 4.0);
    /// ```
    pub fn var(&self) -> E {
        self.var_with(SAMPLE)
    }

    /// [`var`](Tensor::var) with its pullback.
    pub fn var_vjp(&self) -> (E, impl FnOnce(E, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (y, pullback) = moment(SAMPLE).of_all_vjp(self);
        (y, |d, [wanted]: [bool; 1]| (pullback(d, wanted),))
    }

    /// As [`var`](Tensor::var), divided by the number of elements less `correction`: 0 for the variance of the elements
    /// themselves.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<2>::from_vec([1], vec![1.0, 5.0]).var_with(0), 4.0);
    /// ```
    pub fn var_with(&self, correction: usize) -> E {
        moment(correction).of_all(self)
    }

    /// [`var_with`](Tensor::var_with) with its pullback.
    pub fn var_with_vjp(
        &self,
        correction: usize,
    ) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let (y, pullback) = moment(correction).of_all_vjp(self);
        (y, |d, [wanted, _]: [bool; 2]| (pullback(d, wanted), None))
    }

    /// Computes the variance, as [`var`](Tensor::var), of the features of each row. `[.., F]` becomes `[.., 1]`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([2], vec![1.0, 3.0, 5.0, 4.0, 4.0, 4.0]);
    /// assert_eq!(x.var_features(), Tensor::<1>::from_vec([2], vec![4.0, 0.0]));
    /// ```
    pub fn var_features(&self) -> Tensor<1, E> {
        self.var_features_with(SAMPLE)
    }

    /// [`var_features`](Tensor::var_features) with its pullback.
    pub fn var_features_vjp(
        &self,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (y, pullback) = moment(SAMPLE).along_vjp(self, self.along_features());
        (y, |d, [wanted]: [bool; 1]| (pullback(d, wanted),))
    }

    /// As [`var_features`](Tensor::var_features), divided by the number of features less `correction`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 5.0, 3.0, 3.0]);
    /// assert_eq!(x.var_features_with(0), Tensor::<1>::from_vec([2], vec![4.0, 0.0]));
    /// ```
    pub fn var_features_with(&self, correction: usize) -> Tensor<1, E> {
        moment(correction).along(self, self.along_features())
    }

    /// [`var_features_with`](Tensor::var_features_with) with its pullback.
    pub fn var_features_with_vjp(
        &self,
        correction: usize,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>)
    {
        let (y, pullback) = moment(correction).along_vjp(self, self.along_features());
        (y, |d, [wanted, _]: [bool; 2]| (pullback(d, wanted), None))
    }

    /// Computes the variance, as [`var`](Tensor::var), over one leading axis, which is removed.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([3], vec![1.0, 4.0, 3.0, 4.0, 5.0, 4.0]);
    /// assert_eq!(x.var_axis(0), Tensor::from_vec([], vec![4.0, 0.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn var_axis(&self, axis: usize) -> Self {
        moment(SAMPLE).along(self, self.along_axis(axis, "var_axis"))
    }

    /// [`var_axis`](Tensor::var_axis) with its pullback.
    #[track_caller]
    pub fn var_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let (y, pullback) = moment(SAMPLE).along_vjp(self, self.along_axis(axis, "var_axis"));
        (y, |d, [wanted, _]: [bool; 2]| (pullback(d, wanted), None))
    }

    /// As [`var_axis`](Tensor::var_axis), divided by the size of the axis less `correction`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 3.0, 5.0, 3.0]);
    /// assert_eq!(x.var_axis_with(0, 0), Tensor::from_vec([], vec![4.0, 0.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn var_axis_with(&self, axis: usize, correction: usize) -> Self {
        moment(correction).along(self, self.along_axis(axis, "var_axis_with"))
    }

    /// [`var_axis_with`](Tensor::var_axis_with) with its pullback.
    #[track_caller]
    pub fn var_axis_with_vjp(
        &self,
        axis: usize,
        correction: usize,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, E>,
    ) {
        let (y, pullback) = moment(correction).along_vjp(self, self.along_axis(axis, "var_axis_with"));
        (y, |d, [wanted, ..]: [bool; 3]| (pullback(d, wanted), None, None))
    }
}

fn moment(correction: usize) -> Moment {
    Moment { correction, root: false }
}
