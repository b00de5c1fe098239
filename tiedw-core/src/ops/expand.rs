use super::broadcast::sum_to;
use crate::axes::Leading;
use crate::kernels::{Along, repeat_row, repeated};
use crate::size::are_fixed;
use crate::value::NoGradient;
use crate::{Axes, Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Repeats the tensor along new leading axes, and along leading axes of size 1, e.g. a row `[F]` for each of
    /// `[batch, time, F]`, or one position `[batch, 1, F]` for each of a sequence.
    ///
    /// [`broadcast_to`](Tensor::broadcast_to) repeats a single feature, too.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let row = Tensor::<2>::from_vec([], vec![1.0, 2.0]);
    /// assert_eq!(row.expand([2]), Tensor::from_vec([2], vec![1.0, 2.0, 1.0, 2.0]));
    /// assert_eq!(Tensor::<2>::ones([3, 1]).expand([3, 4]).shape(), [3, 4, 2]);
    /// ```
    ///
    /// # Panics
    /// If the size of an axis would change from another than 1, or there would be fewer axes.
    #[track_caller]
    pub fn expand<L: Leading>(&self, leading: L) -> Self {
        let axes = leading.with_features(self.features());
        self.repeated_to(axes, "expanded")
    }

    /// [`expand`](Tensor::expand) with its pullback.
    #[track_caller]
    pub fn expand_vjp<L: Leading>(
        &self,
        leading: L,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, L, E>) {
        let axes = self.axes();
        (self.expand(leading), move |d: Self, [wanted, _]: [bool; 2]| {
            (wanted.then(|| sum_of_repeated(axes, d)), None)
        })
    }

    /// Repeats the tensor along new leading axes and along axes of size 1, the features included, so that it has these leading
    /// axes and `N` features. If `N` is [`DYN`](crate::DYN), the axes are all of the shape.
    ///
    /// That F is `N` or 1 is checked at compile time.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let column = Tensor::<1>::from_vec([2], vec![1.0, 2.0]);
    /// assert_eq!(column.broadcast_to([2]), Tensor::from([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]));
    /// ```
    ///
    /// ```compile_fail,E0080
    /// # use tiedw_core::Tensor;
    /// let y: Tensor<4> = Tensor::<2>::zeros([3]).broadcast_to([3]);
    /// ```
    ///
    /// # Panics
    /// If the size of an axis would change from another than 1, or there would be fewer axes.
    #[track_caller]
    pub fn broadcast_to<const N: usize, L: Leading>(&self, leading: L) -> Tensor<N, E> {
        const {
            assert!(
                !are_fixed([F, N]) || F == N || F == 1,
                "`broadcast_to` repeats a single feature, or none: F is N or 1"
            )
        };
        self.repeated_to(Tensor::<N, E>::all_axes(&leading), "broadcast")
    }

    /// [`broadcast_to`](Tensor::broadcast_to) with its pullback.
    #[track_caller]
    pub fn broadcast_to_vjp<const N: usize, L: Leading>(
        &self,
        leading: L,
    ) -> (
        Tensor<N, E>,
        impl FnOnce(Tensor<N, E>, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, N, L, E>,
    ) {
        let axes = self.axes();
        (self.broadcast_to(leading), move |d: Tensor<N, E>, [wanted, _]: [bool; 2]| {
            (wanted.then(|| sum_of_repeated(axes, d)), None)
        })
    }

    #[track_caller]
    fn repeated_to<const N: usize>(&self, axes: Axes, operation: &str) -> Tensor<N, E> {
        let (x, of_x) = (self.as_slice(), self.axes());
        assert!(of_x.expands_to(axes), "a tensor of shape {of_x:?} {operation} to shape {axes:?}");
        let y = if axes.as_slice().ends_with(of_x.as_slice()) {
            repeat_row(x, axes.count().checked_div(of_x.count()).unwrap_or(0))
        } else {
            repeated(axes, x, of_x)
        };
        Tensor::with_axes(axes, y)
    }
}

fn sum_of_repeated<const F: usize, const N: usize, E: Element>(axes: Axes, d: Tensor<N, E>) -> Tensor<F, E> {
    if !d.shape().ends_with(axes.as_slice()) {
        return sum_to(axes, d);
    }
    let (inner, count) = (axes.count(), d.axes().count());
    let along = Along { outer: 1, size: count.checked_div(inner).unwrap_or(0), inner };
    Tensor::with_axes(axes, E::sums_along(d.as_slice(), along))
}
