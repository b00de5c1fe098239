use crate::kernels::Along;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the cumulative sums of the features of each row: of each feature and those before it.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.cumsum_features().as_slice(), [1.0, 3.0, 6.0, 4.0, 9.0, 15.0]);
    /// ```
    pub fn cumsum_features(&self) -> Self {
        let (along, _) = self.along_features();
        sums(self, along, false)
    }

    /// [`cumsum_features`](Tensor::cumsum_features) with its pullback.
    pub fn cumsum_features_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (along, _) = self.along_features();
        (sums(self, along, false), move |d: Self, [wanted]: [bool; 1]| {
            (wanted.then(|| sums(&d, along, true)),)
        })
    }

    /// Computes the cumulative sums along a leading axis: of each element and those before it.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.cumsum_axis(0).as_slice(), [1.0, 2.0, 4.0, 6.0, 9.0, 12.0]);
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn cumsum_axis(&self, axis: usize) -> Self {
        sums(self, self.along(axis, "cumsum_axis"), false)
    }

    /// [`cumsum_axis`](Tensor::cumsum_axis) with its pullback.
    #[track_caller]
    pub fn cumsum_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let along = self.along(axis, "cumsum_axis");
        (sums(self, along, false), move |d: Self, [wanted, _]: [bool; 2]| {
            (wanted.then(|| sums(&d, along, true)), None)
        })
    }
}

fn sums<const F: usize, E: Element>(x: &Tensor<F, E>, along: Along, back: bool) -> Tensor<F, E> {
    Tensor::with_axes(x.axes(), E::cumulative_sums(x.as_slice(), along, back))
}
