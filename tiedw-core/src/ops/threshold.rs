use crate::kernels::sum_zip;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Replaces each element that is not above `threshold` by `value`, which gets the sum of the gradients there; NaN stays NaN.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([-1.0, 0.5, 2.0]);
    /// assert_eq!(x.threshold(0.5, 9.0).as_slice(), [9.0, 9.0, 2.0]);
    /// ```
    pub fn threshold(&self, threshold: E, value: E) -> Self {
        self.map(replaced(threshold, value))
    }

    /// [`threshold`](Tensor::threshold) with its pullback.
    pub fn threshold_vjp(
        &self,
        threshold: E,
        value: E,
    ) -> (Self, impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<E>, Option<E>) + use<F, E>) {
        let x = self.clone();
        (self.threshold(threshold, value), move |d: Self, [of_x, of_threshold, of_value]: [bool; 3]| {
            let dvalue = of_value.then(|| sum_zip(d.as_slice(), x.as_slice(), of_others(threshold)));
            let dx = of_x.then(|| d.zip_into(&x, "a pullback", above(threshold)));
            (dx, of_threshold.then_some(E::ZERO), dvalue)
        })
    }
}

fn replaced<E: Element>(threshold: E, value: E) -> impl Fn(E) -> E + Sync {
    move |x| if x <= threshold { value } else { x }
}

fn above<E: Element>(threshold: E) -> impl Fn(E, E) -> E + Sync {
    move |d, x| if x <= threshold { E::ZERO } else { d }
}

fn of_others<E: Element>(threshold: E) -> impl Fn(E, E) -> E + Copy + Sync {
    move |d, x| if x <= threshold { d } else { E::ZERO }
}
