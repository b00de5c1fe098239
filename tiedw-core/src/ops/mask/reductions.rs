//! Whether any or all flags along an axis are set.

use super::{NoPullback, NoPullback2};
use crate::kernels::Along;
use crate::pooled_vec::PooledVec;
use crate::{Axes, Mask, Tensor};

/// Defines reductions and their companions: a line each, with the flag of which one decides, and results for the rows
/// `[true, true]` and `[true, false]`.
macro_rules! reductions {
    ($(
        $axis:ident $axis_vjp:ident $features:ident $features_vjp:ident $decisive:literal, $words:literal,
        $by_axis:literal, $by_row:literal;
    )+) => {
        impl<const F: usize> Mask<F> {
            $(
                #[doc = concat!("Returns whether ", $words, " along one leading axis, which is removed.")]
                ///
                /// ```
                /// # use tiedw_core::Mask;
                /// let mask = Mask::from([[true, true], [true, false]]);
                #[doc = concat!("assert_eq!(mask.", stringify!($axis), "(0), Mask::from(", $by_axis, "));")]
                /// ```
                ///
                /// # Panics
                /// If there is no such leading axis.
                #[track_caller]
                pub fn $axis(&self, axis: usize) -> Self {
                    let along = self.along(axis, stringify!($axis));
                    self.reduced(along, self.axes().reduced(axis, stringify!($axis)), $decisive)
                }

                /// The same for differentiable bodies: a mask has no gradient.
                #[doc(hidden)]
                #[track_caller]
                pub fn $axis_vjp(&self, axis: usize) -> (Self, NoPullback2<Self>) {
                    (self.$axis(axis), |_, _| Default::default())
                }

                #[doc = concat!("Returns whether ", $words, " of the features of each row. `[.., F]` becomes `[.., 1]`.")]
                ///
                /// ```
                /// # use tiedw_core::Mask;
                /// let mask = Mask::from([[true, true], [true, false]]);
                #[doc = concat!("assert_eq!(mask.", stringify!($features), "(), Mask::<1>::from(", $by_row, "));")]
                /// ```
                pub fn $features(&self) -> Mask<1> {
                    let axes = self.axes();
                    let along = Along { outer: axes.rows(), size: axes.last(), inner: 1 };
                    self.reduced(along, axes.with_last(1), $decisive)
                }

                /// The same for differentiable bodies: a mask has no gradient.
                #[doc(hidden)]
                pub fn $features_vjp(&self) -> (Mask<1>, NoPullback<Mask<1>>) {
                    (self.$features(), |_, _| Default::default())
                }
            )+
        }
    };
}
reductions! {
    any_axis any_axis_vjp any_features any_features_vjp true, "any flag is set, `false` without flags,",
    "[true, true]", "[[true], [true]]";
    all_axis all_axis_vjp all_features all_features_vjp false, "all flags are set, `true` without flags,",
    "[true, false]", "[[true], [false]]";
}

impl<const F: usize> Mask<F> {
    #[track_caller]
    fn along(&self, axis: usize, operation: &str) -> Along {
        let (outer, size, inner) = Tensor::<F>::around(self.axes(), axis, operation);
        Along { outer, size, inner }
    }

    /// `decisive` where one of the flags along the axis is, and otherwise the opposite.
    fn reduced<const G: usize>(&self, along: Along, axes: Axes, decisive: bool) -> Mask<G> {
        let mut y = PooledVec::full(along.reduced(), !decisive);
        let (size, inner) = (along.size, along.inner);
        let parts = self.as_slice().chunks_exact((size * inner).max(1)).zip(y.chunks_exact_mut(inner.max(1)));
        for (flags, y) in parts {
            if let [y] = y {
                *y ^= flags.contains(&decisive);
                continue;
            }
            for flags in flags.chunks_exact(inner) {
                y.iter_mut().zip(flags).for_each(|(y, &flag)| *y = if flag == decisive { flag } else { *y });
            }
        }
        Mask::with_axes(axes, y)
    }
}
