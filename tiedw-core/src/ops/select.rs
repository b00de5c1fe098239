use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Returns what is at `index` of a leading axis, without that axis.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.select(1, 2), Tensor::from_vec([2], vec![3.0, 6.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or it is too short.
    #[track_caller]
    pub fn select(&self, axis: usize, index: usize) -> Self {
        self.narrowed((axis, "select"), index, 1).with_other_axes(self.axes().reduced(axis, "select"))
    }

    /// [`select`](Tensor::select) with its pullback.
    #[track_caller]
    pub fn select_vjp(
        &self,
        axis: usize,
        index: usize,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, E>,
    ) {
        let axes = self.axes();
        (self.select(axis, index), move |d: Self, [wanted, ..]: [bool; 3]| {
            let dx = wanted.then(|| d.with_other_axes(axes.with_size(axis, 1)).widened(axes, axis, index));
            (dx, None, None)
        })
    }
}
