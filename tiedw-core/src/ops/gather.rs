use crate::kernels::{Along, picked_vjp};
use crate::pooled_vec::PooledVec;
use crate::tensor::selected;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Selects one feature of each row by its index.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.gather(&[2, 0]).as_slice(), [3.0, 4.0]);
    /// ```
    ///
    /// # Panics
    /// If there is not one index per row, or an index is not below `F`.
    #[track_caller]
    pub fn gather(&self, indices: &[usize]) -> Tensor<1, E> {
        let count = indices.len();
        assert!(count == self.rows(), "gather of {count} indices from a tensor of shape {:?}", self.axes());
        // In a loop, because a panic in a closure would not be located at the caller.
        let features = self.features();
        for &index in indices {
            assert!(index < features, "gather of feature {index} of a tensor of shape {:?}", self.axes());
        }
        Tensor::with_axes_of(self, self.each_row().zip(indices).map(|(row, &index)| row[index]).collect())
    }

    /// [`gather`](Tensor::gather) with its pullback.
    #[track_caller]
    pub fn gather_vjp(
        &self,
        indices: &[usize],
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>)
    {
        let (axes, saved) = (self.axes(), PooledVec::copy(indices));
        (self.gather(indices), move |d: Tensor<1, E>, [wanted, _]: [bool; 2]| {
            let dx = wanted.then(|| {
                let mut dx = PooledVec::zeros(axes.count());
                for ((row, index), &d) in
                    dx.chunks_exact_mut(axes.last().max(1)).zip(&saved).zip(d.as_slice())
                {
                    row[*index] = d;
                }
                Tensor::with_axes(axes, dx)
            });
            (dx, None)
        })
    }

    /// Selects the given indices of a leading axis, in order and possibly repeated.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.index_select(1, &[2, 2]).as_slice(), [3.0, 3.0, 6.0, 6.0]);
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or an index is not below its size.
    #[track_caller]
    pub fn index_select(&self, axis: usize, indices: &[usize]) -> Self {
        let axes = self.axes();
        let (axes, y) = selected(
            axes,
            Self::around(axes, axis, "index_select"),
            self.as_slice(),
            (axis, "index_select"),
            indices,
        );
        Tensor::with_axes(axes, y)
    }

    /// [`index_select`](Tensor::index_select) with its pullback.
    #[track_caller]
    pub fn index_select_vjp(
        &self,
        axis: usize,
        indices: &[usize],
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, E>,
    ) {
        let (axes, saved) = (self.axes(), PooledVec::copy(indices));
        (self.index_select(axis, indices), move |d: Self, [wanted, ..]: [bool; 3]| {
            let (outer, size, inner) = Self::around(axes, axis, "index_select");
            let along = Along { outer, size, inner };
            let dx = wanted.then(|| Tensor::with_axes(axes, picked_vjp(d.as_slice(), along, &saved)));
            (dx, None, None)
        })
    }
}
