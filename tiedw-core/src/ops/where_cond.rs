use super::broadcast::{of_both, sum_to};
use crate::kernels::{choose, repeated};
use crate::value::NoGradient;
use crate::{Axes, Element, Mask, Tensor};

impl<const F: usize> Mask<F> {
    /// Returns the elements of `x` where the mask is set, and those of `y` elsewhere, as `torch.where(mask, x, y)`. Axes of size
    /// 1 and missing leading axes are repeated, as by `+`.
    ///
    /// An element that is not taken gets no gradient, also if the rest of it is infinite or NaN.
    ///
    /// ```
    /// # use tiedw_core::{Mask, Tensor};
    /// let (x, y) = (Tensor::from([[1.0, 2.0], [3.0, 4.0]]), Tensor::from([-1.0, -2.0]));
    /// assert_eq!(x.gt(2.0).where_cond(&x, &y), Tensor::from([[-1.0, -2.0], [3.0, 4.0]]));
    /// ```
    ///
    /// # Panics
    /// If two sizes differ of which none is 1.
    #[track_caller]
    pub fn where_cond<E: Element>(&self, x: &Tensor<F, E>, y: &Tensor<F, E>) -> Tensor<F, E> {
        self.repeated(self.axes_with(x, y)).choice(x, y)
    }

    /// [`where_cond`](Mask::where_cond) with its pullback.
    #[track_caller]
    pub fn where_cond_vjp<E: Element>(
        &self,
        x: &Tensor<F, E>,
        y: &Tensor<F, E>,
    ) -> (
        Tensor<F, E>,
        impl FnOnce(Tensor<F, E>, [bool; 3]) -> (Option<NoGradient>, Option<Tensor<F, E>>, Option<Tensor<F, E>>)
        + use<F, E>,
    ) {
        let (of_x, of_y) = (x.axes(), y.axes());
        let mask = self.repeated(self.axes_with(x, y));
        (mask.choice(x, y), move |d: Tensor<F, E>, [_, left, right]: [bool; 3]| {
            let dy = right.then(|| sum_to(of_y, d.masked_fill(&mask, E::ZERO)));
            (None, left.then(|| sum_to(of_x, d.masked_fill(&!mask, E::ZERO))), dy)
        })
    }

    /// The axes of the result.
    #[track_caller]
    fn axes_with<E: Element>(&self, x: &Tensor<F, E>, y: &Tensor<F, E>) -> Axes {
        of_both(self.axes(), of_both(x.axes(), y.axes(), "where_cond"), "where_cond")
    }

    fn repeated(&self, axes: Axes) -> Self {
        if axes == self.axes() {
            return self.clone();
        }
        Mask::with_axes(axes, repeated(axes, self.as_slice(), self.axes()))
    }

    /// As [`where_cond`](Mask::where_cond), of a mask of the shape of the result.
    fn choice<E: Element>(&self, x: &Tensor<F, E>, y: &Tensor<F, E>) -> Tensor<F, E> {
        let axes = self.axes();
        let full = |x: &Tensor<F, E>| match x.axes() == axes {
            true => x.clone(),
            false => Tensor::with_axes(axes, repeated(axes, x.as_slice(), x.axes())),
        };
        Tensor::with_axes(axes, choose(self.as_slice(), full(x).as_slice(), full(y).as_slice()))
    }
}
