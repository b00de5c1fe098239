use crate::kernels::{MulAdd, sum_zip};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes CELU of each element: x if it is positive, else alpha (exp(x / alpha) - 1), which has the derivative 1 at 0.
    ///
    /// Barron, "Continuously Differentiable Exponential Linear Units", 2017.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![-200.0, 3.0]);
    /// assert_eq!(x.celu(1.5).as_slice(), [-1.5, 3.0]);
    /// ```
    pub fn celu(&self, alpha: E) -> Self {
        self.map_by(celu(alpha))
    }

    /// [`celu`](Tensor::celu) with its pullback.
    pub fn celu_vjp(
        &self,
        alpha: E,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<E>) + use<F, E>) {
        let x = self.clone();
        let (y, pullback) = self.map_vjp(celu_and_slope(alpha));
        (y, move |d: Self, [wanted, alpha_wanted]: [bool; 2]| {
            let dalpha = alpha_wanted.then(|| sum_zip(d.as_slice(), x.as_slice(), alpha_cotangent(alpha)));
            (pullback(d, [wanted]).0, dalpha)
        })
    }
}

#[inline(always)]
fn celu<E: Element>(alpha: E) -> impl Fn(E, MulAdd) -> E + Copy + Sync {
    move |x, mul_add| if x > E::ZERO { x } else { alpha * (x / alpha).exp_m1_by(mul_add) }
}

#[inline(always)]
fn celu_and_slope<E: Element>(alpha: E) -> impl Fn(E, MulAdd) -> (E, E) + Copy + Sync {
    let celu = celu(alpha);
    move |x, mul_add| {
        let slope = match x > E::ZERO {
            true => E::ONE,
            false if const { E::HAS_TANGENT } && x == E::ZERO => E::ONE,
            false => (x / alpha).exp_by(mul_add),
        };
        (celu(x, mul_add), slope)
    }
}

fn alpha_cotangent<E: Element>(alpha: E) -> impl Fn(E, E) -> E + Copy + Sync {
    move |d, x| {
        let by = x / alpha;
        let slope = by.exp_m1_by(MulAdd::PORTABLE) - by * by.exp_by(MulAdd::PORTABLE);
        if x > E::ZERO { E::ZERO } else { d * slope }
    }
}
