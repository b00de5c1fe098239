use crate::axes::Leading;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// [`full`](Tensor::full) with its pullback.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let (x, pullback) = Tensor::<2>::full_vjp([3], 0.5);
    /// assert_eq!(x, Tensor::full([3], 0.5));
    /// assert_eq!(pullback(Tensor::ones([3]), [false, true]).1, Some(6.0));
    /// ```
    #[track_caller]
    pub fn full_vjp<L: Leading>(
        leading: L,
        value: E,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<NoGradient>, Option<E>) + use<F, L, E>) {
        (Self::full(leading, value), |d: Self, [_, wanted]: [bool; 2]| (None, wanted.then(|| d.sum())))
    }
}
