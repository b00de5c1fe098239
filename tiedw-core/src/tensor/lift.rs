//! Tensors of dual numbers.

use super::Tensor;
use crate::dual::{lifted, other_shape, parted};
use crate::{Dual, Element, Lift, Value};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// The tensor with tangents of 0. A copy is kept as long as this tensor does not change.
    #[inline]
    pub(crate) fn ref_without_tangents(&self) -> &Self {
        if !self.has_tangents() {
            return self;
        }
        self.data.derived(|| {
            let mut copy = self.clone();
            copy.detach();
            copy
        })
    }
}

impl<const F: usize, E: Element> Lift for Tensor<F, E> {
    type Dual = Tensor<F, Dual<E>>;

    #[track_caller]
    fn lift(&self, tangent: Option<&Self>) -> Tensor<F, Dual<E>> {
        if let Some(tangent) = tangent
            && tangent.shape() != self.shape()
        {
            other_shape(&tangent.axes(), &self.axes());
        }
        Tensor::with_axes(self.axes(), lifted(self.as_slice(), tangent.map(Tensor::as_slice)))
    }

    fn parts(dual: Tensor<F, Dual<E>>) -> (Self, Self) {
        let [value, tangent] = parted(dual.as_slice()).map(|part| Tensor::with_axes(dual.axes(), part));
        (value, tangent)
    }
}
