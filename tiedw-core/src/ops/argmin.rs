use super::extreme::Extreme;
use crate::value::NoGradient;
use crate::{Element, Ids, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Returns the index of the smallest feature of each row: the first of equal ones, or
    /// the first NaN. `[.., F]` becomes ids of shape `[..]`.
    ///
    /// ```
    /// # use tiedw_core::{Ids, Tensor};
    /// let x = Tensor::<3>::from_vec([2], vec![0.5, 2.0, -1.0, 0.0, 3.0, 0.0]);
    /// assert_eq!(x.argmin(), Ids::from_vec([2], vec![2, 0]));
    /// ```
    ///
    /// # Panics
    /// If there are no features, or more than `u32::MAX`.
    #[track_caller]
    pub fn argmin(&self) -> Ids {
        Extreme::Smallest.ids_of_features(self, format_args!("argmin"))
    }

    /// [`argmin`](Tensor::argmin) for differentiable bodies: an index has no gradient.
    #[doc(hidden)]
    #[track_caller]
    pub fn argmin_vjp(&self) -> (Ids, impl FnOnce(NoGradient, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        (self.argmin(), |_, _| (None,))
    }

    /// Returns the indices of the smallest elements along one leading axis, which is removed: the first of equal ones, or the
    /// first NaN.
    ///
    /// ```
    /// # use tiedw_core::{Ids, Tensor};
    /// let x = Tensor::<3>::from_vec([2], vec![0.5, 2.0, -1.0, 3.0, 2.0, -2.0]);
    /// assert_eq!(x.argmin_axis(0), Ids::from_vec([3], vec![0, 0, 1]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or its size is 0 or more than `u32::MAX`.
    #[track_caller]
    pub fn argmin_axis(&self, axis: usize) -> Ids {
        Extreme::Smallest.ids_along(self, axis, format_args!("argmin_axis({axis})"))
    }

    /// [`argmin_axis`](Tensor::argmin_axis) for differentiable bodies: an index has no gradient.
    #[doc(hidden)]
    #[track_caller]
    pub fn argmin_axis_vjp(
        &self,
        axis: usize,
    ) -> (Ids, impl FnOnce(NoGradient, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        (self.argmin_axis(axis), |_, _| (None, None))
    }
}
