//! Equally spaced elements.

use super::{Axes, Tensor};
use crate::Element;
use crate::kernels::Elementary;
use crate::size::allows;

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Creates a row `[F]` of the elements from `start`, inclusive, to `end`, exclusive, at distances of `step`: start + i step.
    ///
    /// ```
    /// # use tiedw_core::{DYN, Tensor};
    /// assert_eq!(Tensor::<DYN>::arange(0.0, 5.0, 2.0).as_slice(), [0.0, 2.0, 4.0]);
    /// assert_eq!(Tensor::arange(3.0, 0.0, -1.0), Tensor::from([3.0, 2.0, 1.0]));
    /// ```
    ///
    /// # Panics
    /// If the type has another number of features, a bound is not finite, or `step` is 0 or leads away from `end`.
    #[track_caller]
    pub fn arange(start: E, end: E, step: E) -> Self {
        // In `f64`, as PyTorch computes the number of elements.
        let [from, to, by] = [start, end, step].map(E::widen);
        let count = ((to - from) / by).rounded(f64::ceil);
        assert!(
            by != E::Wide::ZERO && count.abs() < -E::Wide::NEG_INFINITY,
            "arange from {start} to {end} by steps of {step} is not finite"
        );
        assert!(
            count >= E::Wide::ZERO,
            "arange from {start} to {end} leads away from its end by steps of {step}"
        );
        let axes = Self::axes_of_row(usize::try_from(count.truncated()).unwrap_or(usize::MAX), "arange");
        Tensor::with_axes(
            axes,
            (0..axes.count()).map(|i| E::narrow(from + E::Wide::from_count(i) * by)).collect(),
        )
    }

    /// Creates a row `[F]` of `steps` equally spaced elements from `start` to `end`, both inclusive. One step is `start`.
    ///
    /// ```
    /// # use tiedw_core::{DYN, Tensor};
    /// assert_eq!(Tensor::<DYN>::linspace(-1.0, 1.0, 5).as_slice(), [-1.0, -0.5, 0.0, 0.5, 1.0]);
    /// ```
    ///
    /// # Panics
    /// If the type has another number of features than `steps`.
    #[track_caller]
    pub fn linspace(start: E, end: E, steps: usize) -> Self {
        let axes = Self::axes_of_row(steps, "linspace");
        let [from, to] = [start, end].map(E::widen);
        let last = steps.saturating_sub(1);
        let by = (to - from) / E::Wide::from_count(last.max(1));
        let away = |count| E::Wide::from_count(count) * by;
        // From both ends, so that both are exact.
        let at = |i: usize| if 2 * i < steps { from + away(i) } else { to - away(last - i) };
        Tensor::with_axes(axes, (0..steps).map(|i| E::narrow(at(i))).collect())
    }

    #[track_caller]
    fn axes_of_row(count: usize, operation: &str) -> Axes {
        assert!(allows(F, count), "{operation} of {count} elements as a tensor of {F} features");
        Axes::new(&[], count)
    }
}
