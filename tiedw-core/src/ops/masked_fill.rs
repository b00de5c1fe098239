use super::broadcast::{sum_to, zip_data};
use crate::value::NoGradient;
use crate::{Element, Mask, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Replaces the elements where the mask is set by `value`. Axes of size 1 and missing leading axes are repeated, as by `+`.
    ///
    /// What is replaced gets no gradient, also if the rest of it is infinite or NaN; `value` gets the sum of the gradients there.
    ///
    /// ```
    /// # use tiedw_core::{Mask, Tensor};
    /// let scores = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// let padding = Mask::from([false, true]); // For each row.
    /// assert_eq!(scores.masked_fill(&padding, f32::NEG_INFINITY).softmax(), Tensor::from([[1.0, 0.0], [1.0, 0.0]]));
    /// ```
    ///
    /// # Panics
    /// If two sizes differ of which none is 1.
    #[track_caller]
    pub fn masked_fill(&self, mask: &Mask<F>, value: E) -> Self {
        fill(self, mask, "masked_fill", value_if_set(value))
    }

    /// [`masked_fill`](Tensor::masked_fill) with its pullback.
    #[track_caller]
    pub fn masked_fill_vjp(
        &self,
        mask: &Mask<F>,
        value: E,
    ) -> (Self, impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<E>) + use<F, E>)
    {
        let (axes, kept) = (self.axes(), mask.clone());
        (self.masked_fill(mask, value), move |d: Self, [of_x, _, of_value]: [bool; 3]| {
            let dvalue = of_value.then(|| fill(&d, &kept, "a pullback", only_if_set).sum());
            (of_x.then(|| sum_to(axes, d.masked_fill(&kept, E::ZERO))), None, dvalue)
        })
    }
}

#[track_caller]
fn fill<const F: usize, E: Element>(
    x: &Tensor<F, E>,
    mask: &Mask<F>,
    operation: &str,
    f: impl Fn(E, bool) -> E + Sync,
) -> Tensor<F, E> {
    let (axes, data) = zip_data((x.as_slice(), x.axes()), (mask.as_slice(), mask.axes()), operation, f);
    Tensor::with_axes(axes, data)
}

fn only_if_set<E: Element>(x: E, flag: bool) -> E {
    if flag { x } else { E::ZERO }
}

fn value_if_set<E: Element>(value: E) -> impl Fn(E, bool) -> E + Sync {
    move |x, flag| if flag { value } else { x }
}
