use crate::batch_part::assert_not_by_rows;
use crate::value::NoGradient;
use crate::{Element, Mask, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the mean of the elements where the mask is set; NaN if it is set nowhere. Axes of size 1 and missing leading axes
    /// are repeated, as by `+`.
    ///
    /// Elements that are left out get no gradient, also if the rest of it is infinite or NaN.
    ///
    /// ```
    /// # use tiedw_core::{Mask, Tensor, loss::{cross_entropy_losses, mse_losses}};
    /// let words = Mask::from([[true], [false]]); // The second row is padding.
    /// let losses = cross_entropy_losses(&Tensor::from([[0.0, 0.0], [f32::NAN, 0.0]]), &[1, 0]);
    /// assert_eq!(losses.masked_mean(&words), 2.0_f32.ln());
    ///
    /// let losses = mse_losses(&Tensor::from([[1.0, 3.0], [7.0, 7.0]]), &Tensor::zeros([2])); // Of each element.
    /// assert_eq!(losses.mean_features().masked_mean(&words), 5.0);
    /// ```
    ///
    /// # Panics
    /// If two sizes differ of which none is 1, or this is called on one of several shards, whose losses
    /// [`value_and_grad`](crate::parallel::Shards::value_and_grad) weights by their rows: the mean of these means would differ
    /// from the mean of the batch.
    #[track_caller]
    pub fn masked_mean(&self, mask: &Mask<F>) -> E {
        assert_mean_of_the_batch();
        self.masked_sum(mask) / E::from_count(count(self, mask))
    }

    /// [`masked_mean`](Tensor::masked_mean) with its pullback.
    #[track_caller]
    pub fn masked_mean_vjp(
        &self,
        mask: &Mask<F>,
    ) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        assert_mean_of_the_batch();
        let count = E::from_count(count(self, mask));
        let (sum, pullback) = self.masked_sum_vjp(mask);
        (sum / count, move |d: E, wanted: [bool; 2]| pullback(d / count, wanted))
    }

    /// Computes the sum of the elements where the mask is set. Axes of size 1 and missing leading axes are repeated, as by `+`.
    ///
    /// ```
    /// # use tiedw_core::{Mask, Tensor};
    /// let x = Tensor::from([[1.0, f32::INFINITY], [3.0, 4.0]]);
    /// assert_eq!(x.masked_sum(&x.lt(9.0)), 8.0);
    /// ```
    ///
    /// # Panics
    /// If two sizes differ of which none is 1.
    #[track_caller]
    pub fn masked_sum(&self, mask: &Mask<F>) -> E {
        self.masked_fill(&!mask, E::ZERO).sum()
    }

    /// [`masked_sum`](Tensor::masked_sum) with its pullback.
    #[track_caller]
    pub fn masked_sum_vjp(
        &self,
        mask: &Mask<F>,
    ) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let (filled, of_filled) = self.masked_fill_vjp(&!mask, E::ZERO);
        let (sum, of_sum) = filled.sum_vjp();
        (sum, move |d: E, [wanted, _]: [bool; 2]| {
            let (dfilled,) = of_sum(d, [wanted]);
            (dfilled.and_then(|d| of_filled(d, [true, false, false]).0), None)
        })
    }
}

/// The number of elements of a sum.
fn count<const F: usize, E: Element>(x: &Tensor<F, E>, mask: &Mask<F>) -> usize {
    let set = mask.count();
    let times = |axes: crate::Axes| axes.count() / mask.axes().count().max(1);
    x.axes().broadcast(mask.axes()).map_or(0, |axes| set * times(axes))
}

#[track_caller]
fn assert_mean_of_the_batch() {
    assert_not_by_rows(
        "`masked_mean`",
        "use `weighted_value_and_grad`, which also takes what is counted in each part: how many flags are set in its rows",
    );
}
