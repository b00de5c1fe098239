//! Operations that copy what is at some places along an axis, possibly several times.

use crate::kernels::{Along, picked, picked_vjp};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Any axis, the last one included.
    #[track_caller]
    pub(super) fn along_any(&self, axis: usize, operation: &str) -> Along {
        let (outer, size, inner) = self.axes().around_any(axis, operation);
        Along { outer, size, inner }
    }

    /// What is at `places` along an axis.
    pub(super) fn picked(&self, along: Along, axis: usize, places: &[usize]) -> Self {
        let y = picked(self.as_slice(), along, places, E::ZERO);
        Tensor::with_axes(self.axes().with_size(axis, places.len()), y)
    }

    /// [`picked`](Self::picked) with its pullback.
    pub(super) fn picked_vjp(
        &self,
        along: Along,
        axis: usize,
        places: Vec<usize>,
    ) -> (Self, impl FnOnce(Self, bool) -> Option<Self> + use<F, E>) {
        let axes = self.axes();
        (self.picked(along, axis, &places), move |d: Self, wanted: bool| {
            wanted.then(|| Tensor::with_axes(axes, picked_vjp(d.as_slice(), along, &places)))
        })
    }
}
