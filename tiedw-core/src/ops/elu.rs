use crate::kernels::{MulAdd, sum_zip};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes ELU of each element: x if it is positive, else alpha (exp(x) - 1). The derivative at 0 is `alpha`, as in PyTorch.
    ///
    /// Clevert et al., "Fast and Accurate Deep Network Learning by Exponential Linear Units", 2015.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![-200.0, 3.0]);
    /// assert_eq!(x.elu(1.5).as_slice(), [-1.5, 3.0]);
    /// ```
    pub fn elu(&self, alpha: E) -> Self {
        self.map_by(scaled_elu(E::ONE, alpha))
    }

    /// [`elu`](Tensor::elu) with its pullback.
    pub fn elu_vjp(
        &self,
        alpha: E,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<E>) + use<F, E>) {
        let x = self.clone();
        let (y, pullback) = self.map_vjp(scaled_elu_and_slope(E::ONE, alpha));
        (y, move |d: Self, [wanted, alpha_wanted]: [bool; 2]| {
            let dalpha = alpha_wanted.then(|| sum_zip(d.as_slice(), x.as_slice(), alpha_cotangent));
            (pullback(d, [wanted]).0, dalpha)
        })
    }
}

/// factor · ELU(x).
#[inline(always)]
pub(super) fn scaled_elu<E: Element>(factor: E, alpha: E) -> impl Fn(E, MulAdd) -> E + Copy + Sync {
    let negative = factor * alpha;
    move |x, mul_add| if x > E::ZERO { factor * x } else { negative * x.exp_m1_by(mul_add) }
}

/// [`scaled_elu`] with its derivative.
#[inline(always)]
pub(super) fn scaled_elu_and_slope<E: Element>(
    factor: E,
    alpha: E,
) -> impl Fn(E, MulAdd) -> (E, E) + Copy + Sync {
    let (elu, negative) = (scaled_elu(factor, alpha), factor * alpha);
    move |x, mul_add| {
        let slope = match x > E::ZERO {
            true => factor,
            false if const { E::HAS_TANGENT } && x == E::ZERO => negative,
            false => negative * x.exp_by(mul_add),
        };
        (elu(x, mul_add), slope)
    }
}

fn alpha_cotangent<E: Element>(d: E, x: E) -> E {
    if x > E::ZERO { E::ZERO } else { d * x.exp_m1_by(MulAdd::PORTABLE) }
}
