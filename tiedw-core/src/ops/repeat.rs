//! Repetition along an axis.

use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Repeats the whole of one leading axis `count` times. The gradient is a sum.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([2], vec![1.0, 2.0]);
    /// assert_eq!(x.repeat_axis(0, 2).as_slice(), [1.0, 2.0, 1.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn repeat_axis(&self, axis: usize, count: usize) -> Self {
        let along = self.along(axis, "repeat_axis");
        self.picked(along, axis, &copies(along.size, count))
    }

    /// [`repeat_axis`](Tensor::repeat_axis) with its pullback.
    #[track_caller]
    pub fn repeat_axis_vjp(
        &self,
        axis: usize,
        count: usize,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, E>,
    ) {
        let along = self.along(axis, "repeat_axis");
        let (y, pullback) = self.picked_vjp(along, axis, copies(along.size, count));
        (y, |d: Self, [wanted, ..]: [bool; 3]| (pullback(d, wanted), None, None))
    }

    /// Repeats each element of one leading axis `count` times, next to each other. The gradient is a sum.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([2], vec![1.0, 2.0]);
    /// assert_eq!(x.repeat_interleave(2, 0).as_slice(), [1.0, 1.0, 2.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn repeat_interleave(&self, count: usize, axis: usize) -> Self {
        let along = self.along(axis, "repeat_interleave");
        self.picked(along, axis, &each(along.size, count))
    }

    /// [`repeat_interleave`](Tensor::repeat_interleave) with its pullback.
    #[track_caller]
    pub fn repeat_interleave_vjp(
        &self,
        count: usize,
        axis: usize,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, E>,
    ) {
        let along = self.along(axis, "repeat_interleave");
        let (y, pullback) = self.picked_vjp(along, axis, each(along.size, count));
        (y, |d: Self, [wanted, ..]: [bool; 3]| (pullback(d, wanted), None, None))
    }
}

fn copies(size: usize, count: usize) -> Vec<usize> {
    (0..count).flat_map(|_| 0..size).collect()
}

fn each(size: usize, count: usize) -> Vec<usize> {
    (0..size).flat_map(|place| std::iter::repeat_n(place, count)).collect()
}
