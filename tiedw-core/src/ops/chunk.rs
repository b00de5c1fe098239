use crate::pooled_vec::PooledVec;
use crate::value::{ListCotangent, NoGradient};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Splits a leading axis into `count` parts of equal size, of which the last one may be smaller. There are fewer parts if
    /// fewer of that size are enough, as in PyTorch.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([5], vec![1.0, 2.0, 3.0, 4.0, 5.0]);
    /// let parts = x.chunk(2, 0);
    /// assert_eq!((parts[0].as_slice(), parts[1].as_slice()), (&[1.0, 2.0, 3.0][..], &[4.0, 5.0][..]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or `count` is 0.
    #[track_caller]
    pub fn chunk(&self, count: usize, axis: usize) -> Vec<Self> {
        let mut parts = Vec::new();
        for (start, length) in self.parts(count, axis) {
            parts.push(self.narrow(axis, start, length));
        }
        parts
    }

    /// [`chunk`](Tensor::chunk) with its pullback.
    #[allow(clippy::type_complexity, reason = "a cotangent for each argument")]
    #[track_caller]
    pub fn chunk_vjp(
        &self,
        count: usize,
        axis: usize,
    ) -> (
        Vec<Self>,
        impl FnOnce(ListCotangent<Self>, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>)
        + use<F, E>,
    ) {
        let (axes, places) = (self.axes(), self.parts(count, axis));
        (self.chunk(count, axis), move |d: ListCotangent<Self>, [wanted, ..]: [bool; 3]| {
            let dx = wanted.then(|| {
                let mut parts: Vec<Self> = Vec::with_capacity(places.len());
                let mut d = d.into_iter();
                for &(_, length) in &places {
                    let axes = axes.with_size(axis, length);
                    let zeros = || Tensor::with_axes(axes, PooledVec::zeros(axes.count()));
                    parts.push(d.next().flatten().unwrap_or_else(zeros));
                }
                Tensor::concat(&parts, axis)
            });
            (dx, None, None)
        })
    }

    /// The start and the size of each part.
    #[track_caller]
    fn parts(&self, count: usize, axis: usize) -> Vec<(usize, usize)> {
        let size = self.along(axis, "chunk").size;
        assert!(count > 0, "chunk of a tensor of shape {:?} into 0 parts", self.shape());
        let most = size.div_ceil(count);
        if size == 0 {
            return vec![(0, 0); count];
        }
        (0..size).step_by(most).map(|start| (start, most.min(size - start))).collect()
    }
}
