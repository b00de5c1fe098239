use crate::axes::Leading;
use crate::kernels::{add_columns, repeat_row};
use crate::pooled_vec::PooledVec;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Repeats the tensor along new leading axes, e.g. a row `[F]` for each of `[batch, time, F]`, or
    /// positions `[time, F]` for each sequence of `[batch, time, F]`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let row = Tensor::<2>::from_vec([], vec![1.0, 2.0]);
    /// assert_eq!(row.expand([2]), Tensor::from_vec([2], vec![1.0, 2.0, 1.0, 2.0]));
    /// ```
    ///
    /// # Panics
    /// If the new leading axes do not end with those of the tensor.
    #[track_caller]
    pub fn expand<L: Leading>(&self, leading: L) -> Self {
        let axes = leading.with_features(self.features());
        assert!(
            axes.as_slice().ends_with(self.shape()),
            "a tensor of shape {:?} expanded to shape {axes:?}",
            self.axes()
        );
        let new: usize = axes.as_slice()[..axes.as_slice().len() - self.shape().len()].iter().product();
        Tensor::with_axes(axes, repeat_row(self.as_slice(), new))
    }

    /// [`expand`](Tensor::expand) with its pullback.
    #[track_caller]
    pub fn expand_vjp<L: Leading>(
        &self,
        leading: L,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, L, E>) {
        let axes = self.axes();
        (self.expand(leading), move |d: Self, [wanted, _]: [bool; 2]| {
            let dx = wanted.then(|| {
                let mut dx = PooledVec::zeros(axes.count());
                add_columns(std::cell::Cell::from_mut(&mut dx[..]).as_slice_of_cells(), d.as_slice());
                Tensor::with_axes(axes, dx)
            });
            (dx, None)
        })
    }
}
