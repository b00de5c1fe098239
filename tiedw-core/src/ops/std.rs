use super::moments::{Moment, SAMPLE};
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the standard deviation of all elements, estimated from them as a sample: √(Σ (x - mean)² / (n - 1)).
    /// NaN for less than two elements. The
    /// derivative is 0 where all elements are equal, as in PyTorch.
    ///
    /// [`std_with`](Tensor::std_with) has another correction than 1, the default of PyTorch.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<3>::from_vec([1], vec![1.0, 3.0, 5.0]).std(), 2.0);
    /// ```
    pub fn std(&self) -> E {
        self.std_with(SAMPLE)
    }

    /// [`std`](Tensor::std) with its pullback.
    pub fn std_vjp(&self) -> (E, impl FnOnce(E, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (y, pullback) = moment(SAMPLE).of_all_vjp(self);
        (y, |d, [wanted]: [bool; 1]| (pullback(d, wanted),))
    }

    /// As [`std`](Tensor::std), divided by the number of elements less `correction`: 0 for the standard deviation of the elements
    /// themselves.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<2>::from_vec([1], vec![1.0, 5.0]).std_with(0), 2.0);
    /// ```
    pub fn std_with(&self, correction: usize) -> E {
        moment(correction).of_all(self)
    }

    /// [`std_with`](Tensor::std_with) with its pullback.
    pub fn std_with_vjp(
        &self,
        correction: usize,
    ) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let (y, pullback) = moment(correction).of_all_vjp(self);
        (y, |d, [wanted, _]: [bool; 2]| (pullback(d, wanted), None))
    }

    /// Computes the standard deviation, as [`std`](Tensor::std), of the features of each row. `[.., F]` becomes `[.., 1]`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([2], vec![1.0, 3.0, 5.0, 4.0, 4.0, 4.0]);
    /// assert_eq!(x.std_features(), Tensor::<1>::from_vec([2], vec![2.0, 0.0]));
    /// ```
    pub fn std_features(&self) -> Tensor<1, E> {
        self.std_features_with(SAMPLE)
    }

    /// [`std_features`](Tensor::std_features) with its pullback.
    pub fn std_features_vjp(
        &self,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (y, pullback) = moment(SAMPLE).along_vjp(self, self.along_features());
        (y, |d, [wanted]: [bool; 1]| (pullback(d, wanted),))
    }

    /// As [`std_features`](Tensor::std_features), divided by the number of features less `correction`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 5.0, 3.0, 3.0]);
    /// assert_eq!(x.std_features_with(0), Tensor::<1>::from_vec([2], vec![2.0, 0.0]));
    /// ```
    pub fn std_features_with(&self, correction: usize) -> Tensor<1, E> {
        moment(correction).along(self, self.along_features())
    }

    /// [`std_features_with`](Tensor::std_features_with) with its pullback.
    pub fn std_features_with_vjp(
        &self,
        correction: usize,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>)
    {
        let (y, pullback) = moment(correction).along_vjp(self, self.along_features());
        (y, |d, [wanted, _]: [bool; 2]| (pullback(d, wanted), None))
    }

    /// Computes the standard deviation, as [`std`](Tensor::std), over one leading axis, which is removed.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([3], vec![1.0, 4.0, 3.0, 4.0, 5.0, 4.0]);
    /// assert_eq!(x.std_axis(0), Tensor::from_vec([], vec![2.0, 0.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn std_axis(&self, axis: usize) -> Self {
        moment(SAMPLE).along(self, self.along_axis(axis, "std_axis"))
    }

    /// [`std_axis`](Tensor::std_axis) with its pullback.
    #[track_caller]
    pub fn std_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let (y, pullback) = moment(SAMPLE).along_vjp(self, self.along_axis(axis, "std_axis"));
        (y, |d, [wanted, _]: [bool; 2]| (pullback(d, wanted), None))
    }

    /// As [`std_axis`](Tensor::std_axis), divided by the size of the axis less `correction`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 3.0, 5.0, 3.0]);
    /// assert_eq!(x.std_axis_with(0, 0), Tensor::from_vec([], vec![2.0, 0.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn std_axis_with(&self, axis: usize, correction: usize) -> Self {
        moment(correction).along(self, self.along_axis(axis, "std_axis_with"))
    }

    /// [`std_axis_with`](Tensor::std_axis_with) with its pullback.
    #[track_caller]
    pub fn std_axis_with_vjp(
        &self,
        axis: usize,
        correction: usize,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, E>,
    ) {
        let (y, pullback) = moment(correction).along_vjp(self, self.along_axis(axis, "std_axis_with"));
        (y, |d, [wanted, ..]: [bool; 3]| (pullback(d, wanted), None, None))
    }
}

fn moment(correction: usize) -> Moment {
    Moment { correction, root: true }
}
