use std::ops::{Bound, RangeBounds};

use super::cat::columns;
use super::features::Features;
use crate::kernels::widened;
use crate::tensor::narrowed;
use crate::value::NoGradient;
use crate::{Axes, DYN, Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Returns `N` features of each row, starting at `START`.
    ///
    /// `START + N <= F` is checked at compile time.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.slice::<1, 2>().as_slice(), [2.0, 3.0, 5.0, 6.0]);
    /// ```
    ///
    /// ```compile_fail,E0080
    /// # use tiedw_core::Tensor;
    /// Tensor::<3>::zeros([2]).slice::<2, 2>();
    /// ```
    #[track_caller]
    pub fn slice<const START: usize, const N: usize>(&self) -> Tensor<N, E> {
        let () = Features::<START, N, F>::OF_SLICE;
        const {
            assert!(
                START != DYN && N != DYN,
                "features from and to places that are known at run time: `narrow`"
            )
        };
        assert!(
            START + N <= self.features(),
            "slice::<{START}, {N}> of a tensor of shape {:?}",
            self.shape()
        );
        columns(self, START, N)
    }

    /// [`slice`](Tensor::slice) with its pullback.
    #[track_caller]
    pub fn slice_vjp<const START: usize, const N: usize>(
        &self,
    ) -> (Tensor<N, E>, impl FnOnce(Tensor<N, E>, [bool; 1]) -> (Option<Self>,) + use<F, START, N, E>) {
        let () = Features::<START, N, F>::OF_SLICE;
        let axes = self.axes();
        (self.slice::<START, N>(), move |d: Tensor<N, E>, [wanted]: [bool; 1]| {
            let dx = wanted.then(|| {
                let dx = widened(d.as_slice(), axes.count(), axes.last(), START, START + N);
                Tensor::with_axes(axes, dx)
            });
            (dx,)
        })
    }

    /// Returns `length` elements of a leading axis, starting at `start`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.narrow(1, 2, 1), Tensor::from_vec([2, 1], vec![3.0, 6.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or it is too short.
    #[track_caller]
    pub fn narrow(&self, axis: usize, start: usize, length: usize) -> Self {
        self.narrowed((axis, "narrow"), start, length)
    }

    /// [`narrow`](Tensor::narrow) as a part of an operation.
    #[track_caller]
    pub(super) fn narrowed(&self, (axis, operation): (usize, &str), start: usize, length: usize) -> Self {
        let axes = self.axes();
        let around = Self::around(axes, axis, operation);
        let (axes, y) = narrowed(axes, around, self.as_slice(), (axis, operation), start, length);
        Tensor::with_axes(axes, y)
    }

    /// [`narrow`](Tensor::narrow), without a copy if the places are contiguous: for cotangents that are divided into such parts.
    #[track_caller]
    pub(super) fn divided(&self, axis: usize, start: usize, length: usize) -> Self {
        let axes = self.axes();
        match Self::around(axes, axis, "narrow") {
            (1, _, inner) => self.part(start * inner, axes.with_size(axis, length)),
            _ => self.narrow(axis, start, length),
        }
    }

    /// [`narrow`](Tensor::narrow) with its pullback.
    #[track_caller]
    pub fn narrow_vjp(
        &self,
        axis: usize,
        start: usize,
        length: usize,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 4]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>, Option<NoGradient>)
        + use<F, E>,
    ) {
        let axes = self.axes();
        (self.narrow(axis, start, length), move |d: Self, [wanted, ..]: [bool; 4]| {
            (wanted.then(|| d.widened(axes, axis, start)), None, None, None)
        })
    }

    /// The tensor of these axes with `self` at the places from `start` on, and zeros.
    pub(super) fn widened(&self, axes: Axes, axis: usize, start: usize) -> Self {
        let (_, size, inner) = Self::around(axes, axis, "narrow");
        let from = start * inner;
        let to = from + self.axes().as_slice()[axis] * inner;
        Tensor::with_axes(axes, widened(self.as_slice(), axes.count(), size * inner, from, to))
    }

    /// Returns the places of a leading axis that are in `range`, such as `1..3`, `..2` or `4..`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.slice_axis(1, 1..), Tensor::from_vec([2, 2], vec![2.0, 3.0, 5.0, 6.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or the range ends behind it or before its start.
    #[track_caller]
    pub fn slice_axis(&self, axis: usize, range: impl RangeBounds<usize>) -> Self {
        let (start, length) = self.places_in(axis, &range);
        self.narrow(axis, start, length)
    }

    /// [`slice_axis`](Tensor::slice_axis) with its pullback.
    #[track_caller]
    pub fn slice_axis_vjp<R: RangeBounds<usize>>(
        &self,
        axis: usize,
        range: R,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, R, E>,
    ) {
        let (start, length) = self.places_in(axis, &range);
        let (y, pullback) = self.narrow_vjp(axis, start, length);
        (y, |d: Self, [wanted, ..]: [bool; 3]| (pullback(d, [wanted, false, false, false]).0, None, None))
    }

    /// The start and the length of a range of an axis.
    #[track_caller]
    fn places_in(&self, axis: usize, range: &impl RangeBounds<usize>) -> (usize, usize) {
        let (_, size, _) = Self::around(self.axes(), axis, "slice_axis");
        let start = match range.start_bound() {
            Bound::Included(&start) => start,
            Bound::Excluded(&before) => before.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(&last) => last.saturating_add(1),
            Bound::Excluded(&end) => end,
            Bound::Unbounded => size,
        };
        assert!(
            start <= end && end <= size,
            "slice_axis of places {start}..{end} of axis {axis} of a tensor of shape {:?}",
            self.shape()
        );
        (start, end - start)
    }
}
