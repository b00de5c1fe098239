//! The axes of reductions.

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
        let (along, axes) = (self.along(axis), self.axes());
        (along, axes.reduced(axis, operation))
    }

    /// One axis.
    #[track_caller]
    pub(super) fn along(&self, axis: usize) -> Along {
        let (outer, size, inner) = Self::around(self.axes(), axis);
        Along { outer, size, inner }
    }
}
