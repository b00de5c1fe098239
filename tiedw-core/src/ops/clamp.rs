use crate::kernels::sum_zip;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Clamps each element to `low..=high`; NaN stays NaN, and if a bound is NaN, all elements become NaN.
    ///
    /// The derivative is 1 strictly between the bounds, and 0 at them and beyond, as in PyTorch with numbers as bounds. There, the
    /// cotangent goes to the bound. For NaN, it goes nowhere.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([1], vec![-2.0, 0.5, 3.0]);
    /// assert_eq!(x.clamp(0.0, 1.0).as_slice(), [0.0, 0.5, 1.0]);
    /// ```
    pub fn clamp(&self, low: E, high: E) -> Self {
        self.map(clamp(low, high))
    }

    /// [`clamp`](Tensor::clamp) with its pullback.
    pub fn clamp_vjp(
        &self,
        low: E,
        high: E,
    ) -> (Self, impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<E>, Option<E>) + use<F, E>) {
        let saved = self.clone();
        (self.clamp(low, high), move |d: Self, [wanted, low_wanted, high_wanted]: [bool; 3]| {
            let dlow = low_wanted.then(|| sum_zip(d.as_slice(), saved.as_slice(), to_low(low, high)));
            let dhigh = high_wanted.then(|| sum_zip(d.as_slice(), saved.as_slice(), to_high(low, high)));
            (wanted.then(|| d.zip_into(&saved, "a pullback", between(low, high))), dlow, dhigh)
        })
    }
}

fn clamp<E: Element>(low: E, high: E) -> impl Fn(E) -> E + Sync {
    move |x| {
        if const { E::HAS_TANGENT } && x.is_nan() {
            return E::ZERO.replaced_by(x);
        }
        let x = if x < low || low.is_nan() { low } else { x.yields_to(low) };
        if x > high || high.is_nan() { high } else { x.yields_to(high) }
    }
}

/// Returns a function that gives `d` where the result is `low`, and 0 elsewhere.
fn to_low<E: Element>(low: E, high: E) -> impl Fn(E, E) -> E + Copy + Sync {
    move |d, x| if x <= low && low <= high { d } else { E::ZERO }
}

/// Returns a function that gives `d` where the result is `high`, but not of `low`, and 0 elsewhere. A `low` above `high` yields
/// `high`.
fn to_high<E: Element>(low: E, high: E) -> impl Fn(E, E) -> E + Copy + Sync {
    move |d, x| if x >= high && x > low || low > high { d } else { E::ZERO }
}

/// Returns a function that gives `d` strictly between the bounds, and 0 elsewhere.
fn between<E: Element>(low: E, high: E) -> impl Fn(E, E) -> E + Sync {
    move |d, x| if x > low && x < high { d } else { E::ZERO }
}
