use crate::pooled_vec::PooledVec;
use crate::value::{ListCotangent, NoGradient};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Takes a leading axis apart: one tensor without it for each of its places.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(x.unbind(0), [Tensor::from([1.0, 2.0]), Tensor::from([3.0, 4.0])]);
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn unbind(&self, axis: usize) -> Vec<Self> {
        (0..self.along(axis, "unbind").size).map(|at| self.select(axis, at)).collect()
    }

    /// [`unbind`](Tensor::unbind) with its pullback.
    #[track_caller]
    pub fn unbind_vjp(
        &self,
        axis: usize,
    ) -> (
        Vec<Self>,
        impl FnOnce(ListCotangent<Self>, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>,
    ) {
        let (axes, count) = (self.axes(), self.along(axis, "unbind").size);
        (self.unbind(axis), move |d: ListCotangent<Self>, [wanted, _]: [bool; 2]| {
            let dx = wanted.then(|| {
                if count == 0 {
                    return Tensor::with_axes(axes, PooledVec::zeros(0));
                }
                let (mut d, of_part) = (d.into_iter(), axes.without(axis));
                let zeros = || Tensor::with_axes(of_part, PooledVec::zeros(of_part.count()));
                let parts: Vec<Self> = (0..count).map(|_| d.next().flatten().unwrap_or_else(zeros)).collect();
                Tensor::stack(&parts, axis)
            });
            (dx, None)
        })
    }
}
