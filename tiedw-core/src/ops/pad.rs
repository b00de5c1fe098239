//! Padding of an axis.

use crate::kernels::{FILLED, picked, sum_of_filled};
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Adds `before` and `after` elements to the ends of a leading axis, all of them `value`, which gets the sum of the gradients
    /// there.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([2], vec![1.0, 2.0]);
    /// assert_eq!(x.pad_axis(0, 1, 2, 0.5).as_slice(), [0.5, 1.0, 2.0, 0.5, 0.5]);
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn pad_axis(&self, axis: usize, before: usize, after: usize, value: E) -> Self {
        let along = self.along(axis, "pad_axis");
        let places = between_filled(along.size, before, after);
        let axes = self.axes().with_size(axis, places.len());
        Tensor::with_axes(axes, picked(self.as_slice(), along, &places, value))
    }

    /// [`pad_axis`](Tensor::pad_axis) with its pullback.
    #[allow(clippy::type_complexity, reason = "a cotangent for each argument")]
    #[track_caller]
    pub fn pad_axis_vjp(
        &self,
        axis: usize,
        before: usize,
        after: usize,
        value: E,
    ) -> (
        Self,
        impl FnOnce(
            Self,
            [bool; 5],
        )
            -> (Option<Self>, Option<NoGradient>, Option<NoGradient>, Option<NoGradient>, Option<E>)
        + use<F, E>,
    ) {
        let along = self.along(axis, "pad_axis");
        (self.pad_axis(axis, before, after, value), move |d: Self, [of_x, .., of_value]: [bool; 5]| {
            let places = between_filled(along.size, before, after);
            let dvalue = of_value.then(|| sum_of_filled(d.as_slice(), along.inner, &places));
            (of_x.then(|| d.narrow(axis, before, along.size)), None, None, None, dvalue)
        })
    }
}

fn between_filled(size: usize, before: usize, after: usize) -> Vec<usize> {
    let filled = |count| std::iter::repeat_n(FILLED, count);
    filled(before).chain(0..size).chain(filled(after)).collect()
}

/// Defines paddings with elements of the axis, and their companions: a line each, with what is said of the elements, the padding
/// of `[1, 2, 3]` by 2 at each end, and the place of an element that is so far from the start, or by how much it may be.
macro_rules! paddings {
    ($($name:ident $vjp:ident, $words:literal, $result:literal, $panics:literal, $place:ident;)+) => {
        impl<const F: usize, E: Element> Tensor<F, E> {
            $(
                #[doc = concat!("Adds `before` and `after` elements to the ends of a leading axis: ", $words, ".")]
                ///
                /// ```
                /// # use tiedw_core::Tensor;
                /// let x = Tensor::<1>::from_vec([3], vec![1.0, 2.0, 3.0]);
                #[doc = concat!("let y = x.", stringify!($name), "(0, 2, 2);")]
                #[doc = concat!("assert_eq!(y.as_slice(), ", $result, ");")]
                /// ```
                ///
                /// # Panics
                #[doc = concat!("If there is no such leading axis, or its size is less than ", $panics, ".")]
                #[track_caller]
                pub fn $name(&self, axis: usize, before: usize, after: usize) -> Self {
                    let along = self.along(axis, stringify!($name));
                    let places = self.padding(stringify!($name), axis, before, after, $place);
                    self.picked(along, axis, &places)
                }

                #[doc = concat!("[`", stringify!($name), "`](Tensor::", stringify!($name), ") with its pullback.")]
                #[track_caller]
                pub fn $vjp(
                    &self,
                    axis: usize,
                    before: usize,
                    after: usize,
                ) -> (
                    Self,
                    impl FnOnce(Self, [bool; 4]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>, Option<NoGradient>)
                    + use<F, E>,
                ) {
                    let along = self.along(axis, stringify!($name));
                    let places = self.padding(stringify!($name), axis, before, after, $place);
                    let (y, pullback) = self.picked_vjp(along, axis, places);
                    (y, |d: Self, [wanted, ..]: [bool; 4]| (pullback(d, wanted), None, None, None))
                }
            )+
        }
    };
}
paddings! {
    pad_axis_reflect pad_axis_reflect_vjp, "those at the same distance from the end within, which is not repeated",
    "[3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]", "`before + 1` or `after + 1`, unless both are 0", reflected;
    pad_axis_replicate pad_axis_replicate_vjp, "copies of the one at the end",
    "[1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0]", "1, unless both are 0", replicated;
    pad_axis_circular pad_axis_circular_vjp, "those from the other end",
    "[2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0]", "`before` or `after`", around;
}

impl<const F: usize, E: Element> Tensor<F, E> {
    /// The places of a padded axis, given that of the element at so many places from the start, which is outside.
    #[track_caller]
    fn padding(
        &self,
        operation: &str,
        axis: usize,
        before: usize,
        after: usize,
        place: impl Fn(isize, isize) -> isize,
    ) -> Vec<usize> {
        let shape = self.shape();
        let size = shape[axis] as isize;
        let outside = |at: isize| place(at, size);
        let mut places = Vec::with_capacity(before + shape[axis] + after);
        places.extend((1..=before as isize).rev().map(|at| outside(-at)));
        places.extend(0..size);
        places.extend((0..after as isize).map(|at| outside(size + at)));
        assert!(
            places.iter().all(|place| (0..size).contains(place)),
            "{operation} of axis {axis} of a tensor of shape {shape:?} by {before} and {after}, which it is too short for"
        );
        places.into_iter().map(|place| place as usize).collect()
    }
}

fn reflected(at: isize, size: isize) -> isize {
    if at < 0 { -at } else { 2 * (size - 1) - at }
}

fn replicated(at: isize, size: isize) -> isize {
    if at < 0 { 0 } else { size - 1 }
}

fn around(at: isize, size: isize) -> isize {
    if at < 0 { at + size } else { at - size }
}
