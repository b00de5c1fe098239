use crate::kernels::sum_zip;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes x of each positive element, and slope · x of the others. The derivative at 0 is `slope`, as in PyTorch.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![-2.0, 3.0]);
    /// assert_eq!(x.leaky_relu(0.5).as_slice(), [-1.0, 3.0]);
    /// ```
    pub fn leaky_relu(&self, slope: E) -> Self {
        self.map(leaky_relu(slope))
    }

    /// [`leaky_relu`](Tensor::leaky_relu) with its pullback.
    pub fn leaky_relu_vjp(
        &self,
        slope: E,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<E>) + use<F, E>) {
        let x = self.clone();
        (self.leaky_relu(slope), move |d: Self, [wanted, slope_wanted]: [bool; 2]| {
            let dslope = slope_wanted.then(|| sum_zip(d.as_slice(), x.as_slice(), slope_cotangent));
            (wanted.then(|| d.zip_into(&x, "a pullback", cotangent(slope))), dslope)
        })
    }
}

fn leaky_relu<E: Element>(slope: E) -> impl Fn(E) -> E + Sync {
    move |x| if x > E::ZERO { x } else { slope * x }
}

fn cotangent<E: Element>(slope: E) -> impl Fn(E, E) -> E + Sync {
    move |d, x| if x > E::ZERO { d } else { slope * d }
}

fn slope_cotangent<E: Element>(d: E, x: E) -> E {
    if x > E::ZERO { E::ZERO } else { d * x }
}
