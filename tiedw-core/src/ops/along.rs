//! The axes of reductions.

use std::fmt::Display;

use crate::kernels::Along;
use crate::{Axes, Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// The features of each row, and the axes of what has one value for each row.
    pub(super) fn along_features(&self) -> (Along, Axes) {
        let axes = self.axes();
        (Along { outer: axes.rows(), size: axes.last(), inner: 1 }, axes.with_last(1))
    }

    /// One axis, and the axes without it, for an operation.
    #[track_caller]
    pub(super) fn along_axis(&self, axis: usize, operation: &str) -> (Along, Axes) {
        let (along, axes) = (self.along(axis, operation), self.axes());
        (along, axes.reduced(axis, operation))
    }

    /// One axis, for an operation.
    #[track_caller]
    pub(super) fn along(&self, axis: usize, operation: impl Display) -> Along {
        let (outer, size, inner) = Self::around(self.axes(), axis, operation);
        Along { outer, size, inner }
    }
}
