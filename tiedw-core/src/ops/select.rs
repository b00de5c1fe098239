use crate::pooled_vec::PooledVec;
use crate::tensor::narrowed;
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
        let (axes, y) = narrowed(self.axes(), self.as_slice(), axis, index, 1);
        Tensor::with_axes(axes.without(axis), y)
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
            let dx = wanted.then(|| {
                let (outer, size, inner) = axes.around(axis);
                let mut dx = PooledVec::zeros(axes.count());
                for at in 0..outer {
                    dx[(at * size + index) * inner..][..inner]
                        .copy_from_slice(&d.as_slice()[at * inner..][..inner]);
                }
                Tensor::with_axes(axes, dx)
            });
            (dx, None, None)
        })
    }
}
