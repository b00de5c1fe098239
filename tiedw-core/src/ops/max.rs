use super::extreme::Extreme;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the maximum of all elements; NaN if one is NaN.
    ///
    /// Equal maxima share the gradient, as in PyTorch.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<2>::from_vec([2], vec![1.0, 4.0, 3.0, 2.0]).max(), 4.0);
    /// ```
    ///
    /// # Panics
    /// If there are no elements.
    #[track_caller]
    pub fn max(&self) -> E {
        Extreme::Largest.of_all(self, "max")
    }

    /// [`max`](Tensor::max) with its pullback.
    #[track_caller]
    pub fn max_vjp(&self) -> (E, impl FnOnce(E, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        Extreme::Largest.of_all_vjp(self, "max")
    }

    /// Computes the maximum of the features of each row; NaN if one is NaN. `[.., F]` becomes `[.., 1]`.
    ///
    /// The gradient goes to the feature with the index [`argmax`](Tensor::argmax), as in PyTorch: to one of equal maxima.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 4.0, 3.0, 2.0]);
    /// assert_eq!(x.max_features(), Tensor::<1>::from_vec([2], vec![4.0, 3.0]));
    /// ```
    ///
    /// # Panics
    /// If there are no features.
    #[track_caller]
    pub fn max_features(&self) -> Tensor<1, E> {
        Extreme::Largest.along(self, self.along_features(), format_args!("max_features"))
    }

    /// [`max_features`](Tensor::max_features) with its pullback.
    #[track_caller]
    pub fn max_features_vjp(
        &self,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (y, pullback) =
            Extreme::Largest.along_vjp(self, self.along_features(), format_args!("max_features"));
        (y, |d, [wanted]: [bool; 1]| (pullback(d, wanted),))
    }

    /// Computes the maximum over one leading axis, which is removed; NaN if one element is NaN.
    ///
    /// The gradient goes to the element with the index [`argmax_axis`](Tensor::argmax_axis), as in PyTorch.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 4.0, 3.0, 2.0]);
    /// assert_eq!(x.max_axis(0), Tensor::from_vec([], vec![3.0, 4.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or its size is 0.
    #[track_caller]
    pub fn max_axis(&self, axis: usize) -> Self {
        Extreme::Largest.along(self, self.along_axis(axis, "max_axis"), format_args!("max_axis({axis})"))
    }

    /// [`max_axis`](Tensor::max_axis) with its pullback.
    #[track_caller]
    pub fn max_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let operation = format_args!("max_axis({axis})");
        let (y, pullback) = Extreme::Largest.along_vjp(self, self.along_axis(axis, "max_axis"), operation);
        (y, |d, [wanted, _]: [bool; 2]| (pullback(d, wanted), None))
    }
}
