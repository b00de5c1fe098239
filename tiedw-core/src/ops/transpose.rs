use crate::tensor::transposed;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Swaps two leading axes.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.transpose(0, 1), Tensor::from_vec([3, 2], vec![1.0, 4.0, 2.0, 5.0, 3.0, 6.0]));
    /// ```
    ///
    /// # Panics
    /// If one of them is not a leading axis.
    #[track_caller]
    pub fn transpose(&self, a: usize, b: usize) -> Self {
        let axes = self.axes();
        let (a, b) = (a.min(b), a.max(b));
        for axis in [a, b] {
            Self::around(axes, axis, "transpose");
        }
        if a == b {
            return self.clone();
        }
        let (axes, y) = transposed(axes, self.as_slice(), a, b);
        Tensor::with_axes(axes, y)
    }

    /// [`transpose`](Tensor::transpose) with its pullback.
    #[track_caller]
    pub fn transpose_vjp(
        &self,
        a: usize,
        b: usize,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, E>,
    ) {
        (self.transpose(a, b), move |d: Self, [wanted, ..]: [bool; 3]| {
            (wanted.then(|| d.transpose(a, b)), None, None)
        })
    }
}
