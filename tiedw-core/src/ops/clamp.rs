use crate::kernels::sum_zip;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Clamps each element to `low..=high`; NaN stays NaN.
    ///
    /// The derivative is 1 strictly between the bounds. Elsewhere, the cotangent goes to the bound.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([1], vec![-2.0, 0.5, 3.0]);
    /// assert_eq!(x.clamp(0.0, 1.0).as_slice(), [0.0, 0.5, 1.0]);
    /// ```
    pub fn clamp(&self, low: E, high: E) -> Self {
        self.map(|x| {
            let x = if x < low { low } else { x };
            if x > high { high } else { x }
        })
    }

    /// [`clamp`](Tensor::clamp) with its pullback.
    pub fn clamp_vjp(
        &self,
        low: E,
        high: E,
    ) -> (Self, impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<E>, Option<E>) + use<F, E>) {
        let saved = self.clone();
        (self.clamp(low, high), move |d: Self, [wanted, low_wanted, high_wanted]: [bool; 3]| {
            let sum_where = |at: fn(E, E) -> bool, bound: E| {
                sum_zip(d.as_slice(), saved.as_slice(), |d, x| if at(x, bound) { d } else { E::ZERO })
            };
            let dlow = low_wanted.then(|| sum_where(|x, low| x <= low, low));
            let dhigh = high_wanted.then(|| sum_where(|x, high| x >= high, high));
            let inside = |d, x| if x > low && x < high { d } else { E::ZERO };
            (wanted.then(|| d.zip_into(&saved, "a pullback", inside)), dlow, dhigh)
        })
    }
}
