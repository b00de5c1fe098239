use crate::axes::Leading;
use crate::value::NoGradient;
use crate::{Axes, Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Returns the windows of `size` elements along a leading axis, one every `step` places: `[.., n, ..]` becomes
    /// `[.., (n - size) / step + 1, size, ..]`. Windows that overlap are copied, and their gradients are added.
    ///
    /// PyTorch appends the axis of the windows' elements behind the last one.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([4], vec![1.0, 2.0, 3.0, 4.0]);
    /// let y = x.unfold(0, 2, 1);
    /// assert_eq!((y.shape(), y.as_slice()), (&[3, 2, 1][..], &[1.0, 2.0, 2.0, 3.0, 3.0, 4.0][..]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, it is too short for a window, `step` is 0, or there would be too many axes.
    #[track_caller]
    pub fn unfold(&self, axis: usize, size: usize, step: usize) -> Self {
        let (places, axes) = self.windows(axis, size, step);
        self.picked(self.along(axis, "unfold"), axis, &places).with_other_axes(axes)
    }

    /// [`unfold`](Tensor::unfold) with its pullback.
    #[track_caller]
    pub fn unfold_vjp(
        &self,
        axis: usize,
        size: usize,
        step: usize,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 4]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>, Option<NoGradient>)
        + use<F, E>,
    ) {
        let (places, axes) = self.windows(axis, size, step);
        let (y, pullback) = self.picked_vjp(self.along(axis, "unfold"), axis, places);
        (y.with_other_axes(axes), |d: Self, [wanted, ..]: [bool; 4]| (pullback(d, wanted), None, None, None))
    }

    /// The places of the elements of all windows, and the axes of the result.
    #[track_caller]
    fn windows(&self, axis: usize, size: usize, step: usize) -> (Vec<usize>, Axes) {
        let (along, shape) = (self.along(axis, "unfold"), self.shape());
        assert!(
            step > 0 && size <= along.size,
            "unfold of axis {axis} of a tensor of shape {shape:?} into windows of {size} every {step}"
        );
        let count = (along.size - size) / step + 1;
        let places = (0..count).flat_map(|window| window * step..window * step + size).collect();
        let mut sizes = shape.to_vec();
        sizes.splice(axis..=axis, [count, size]);
        (places, (&sizes[..]).as_whole())
    }
}
