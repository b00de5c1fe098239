//! Tensors of dual numbers.

use super::Tensor;
use crate::dual::{lifted, other_shape, parted};
use crate::{Dual, Element, Lift};

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
