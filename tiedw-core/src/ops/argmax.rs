use crate::value::NoGradient;
use crate::{Element, Ids, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Returns the index of the largest feature of each row, such as the class of the largest logit: the first of equal ones, or
    /// the first NaN. `[.., F]` becomes ids of shape `[..]`.
    ///
    /// ```
    /// # use tiedw_core::{Ids, Tensor};
    /// let logits = Tensor::<3>::from_vec([2], vec![0.5, 2.0, -1.0, 3.0, 3.0, 0.0]);
    /// assert_eq!(logits.argmax(), Ids::from_vec([2], vec![1, 0]));
    /// ```
    ///
    /// # Panics
    /// If there are no features, or more than `u32::MAX`.
    #[track_caller]
    pub fn argmax(&self) -> Ids {
        let axes = self.axes();
        let features = axes.last();
        assert!(
            0 < features && u32::try_from(features).is_ok(),
            "argmax of a tensor of shape {axes:?}: it has features, and at most {}",
            u32::MAX
        );
        Ids::from_vec(axes.leading(), self.each_row().map(largest).collect())
    }

    /// [`argmax`](Tensor::argmax) for differentiable bodies: an index has no gradient.
    #[doc(hidden)]
    #[track_caller]
    pub fn argmax_vjp(&self) -> (Ids, impl FnOnce(NoGradient, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        (self.argmax(), |_, _| (None,))
    }
}

/// The index of the largest number.
fn largest<E: Element>(row: &[E]) -> u32 {
    let mut found = 0;
    for (at, &x) in row.iter().enumerate() {
        let best = row[found];
        if x > best || (x.is_nan() && !best.is_nan()) {
            found = at;
        }
    }
    found as u32
}
