use super::extreme::Extreme;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the minimum of all elements; NaN if one is NaN.
    ///
    /// Equal minima share the gradient, as in PyTorch.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<2>::from_vec([2], vec![1.0, 4.0, 3.0, 2.0]).min(), 1.0);
    /// ```
    ///
    /// # Panics
    /// If there are no elements.
    #[track_caller]
    pub fn min(&self) -> E {
        Extreme::Smallest.of_all(self, "min")
    }

    /// [`min`](Tensor::min) with its pullback.
    #[track_caller]
    pub fn min_vjp(&self) -> (E, impl FnOnce(E, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        Extreme::Smallest.of_all_vjp(self, "min")
    }

    /// Computes the minimum of the features of each row; NaN if one is NaN. `[.., F]` becomes `[.., 1]`.
    ///
    /// The gradient goes to the feature with the index [`argmin`](Tensor::argmin), as in PyTorch: to one of equal minima.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 4.0, 3.0, 2.0]);
    /// assert_eq!(x.min_features(), Tensor::<1>::from_vec([2], vec![1.0, 2.0]));
    /// ```
    ///
    /// # Panics
    /// If there are no features.
    #[track_caller]
    pub fn min_features(&self) -> Tensor<1, E> {
        Extreme::Smallest.along(self, self.along_features(), format_args!("min_features"))
    }

    /// [`min_features`](Tensor::min_features) with its pullback.
    #[track_caller]
    pub fn min_features_vjp(
        &self,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (y, pullback) =
            Extreme::Smallest.along_vjp(self, self.along_features(), format_args!("min_features"));
        (y, |d, [wanted]: [bool; 1]| (pullback(d, wanted),))
    }

    /// Computes the minimum over one leading axis, which is removed; NaN if one element is NaN.
    ///
    /// The gradient goes to the element with the index [`argmin_axis`](Tensor::argmin_axis), as in PyTorch.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 4.0, 3.0, 2.0]);
    /// assert_eq!(x.min_axis(0), Tensor::from_vec([], vec![1.0, 2.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or its size is 0.
    #[track_caller]
    pub fn min_axis(&self, axis: usize) -> Self {
        Extreme::Smallest.along(self, self.along_axis(axis, "min_axis"), format_args!("min_axis({axis})"))
    }

    /// [`min_axis`](Tensor::min_axis) with its pullback.
    #[track_caller]
    pub fn min_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let operation = format_args!("min_axis({axis})");
        let (y, pullback) = Extreme::Smallest.along_vjp(self, self.along_axis(axis, "min_axis"), operation);
        (y, |d, [wanted, _]: [bool; 2]| (pullback(d, wanted), None))
    }
}
