use crate::kernels::{Exponent, MulAdd, sum_zip};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Raises each element to a power; NaN for negative elements and exponents that are no integers.
    ///
    /// The derivative at 0 of the power 0 is 0, and so is that by the exponent at 0, as in PyTorch.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![4.0, 0.0]);
    /// assert_eq!(x.powf(1.5).as_slice(), [8.0, 0.0]);
    /// ```
    pub fn powf(&self, exponent: E) -> Self {
        if is(exponent, 0.5) {
            self.sqrt()
        } else if is(exponent, -0.5) {
            self.rsqrt()
        } else if is(exponent, 2.0) {
            self.map(square)
        } else if is(exponent, 3.0) {
            self.map(cube)
        } else {
            Tensor::with_axes(self.axes(), E::powers(self.as_slice(), Exponent::new(exponent)))
        }
    }

    /// [`powf`](Tensor::powf) with its pullback.
    pub fn powf_vjp(
        &self,
        exponent: E,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<E>) + use<F, E>) {
        let x = self.clone();
        (self.powf(exponent), move |mut d: Self, [wanted, exponent_wanted]: [bool; 2]| {
            let dexponent =
                exponent_wanted.then(|| sum_zip(d.as_slice(), x.as_slice(), exponent_cotangent(exponent)));
            let dx = wanted.then(|| {
                if is(exponent, 0.5) {
                    d.zip_into(&x, "a pullback", root_cotangent)
                } else if is(exponent, 2.0) {
                    d.zip_into(&x, "a pullback", square_cotangent)
                } else if is(exponent, 3.0) {
                    d.zip_into(&x, "a pullback", cube_cotangent)
                } else if is(exponent, 1.5) {
                    d.zip_into(&x, "a pullback", cotangent_of_root_of_cube)
                } else {
                    d.same_shape(&x, "a pullback");
                    let less = Exponent::new(exponent - E::ONE);
                    E::powers_vjp(d.as_mut_slice(), x.as_slice(), exponent, less);
                    d
                }
            });
            (dx, dexponent)
        })
    }
}

/// Whether a number is this constant, so without a tangent of its own.
fn is<E: Element>(number: E, constant: f64) -> bool {
    (number - E::from_f64(constant)).vanishes()
}

pub(super) fn square<E: Element>(x: E) -> E {
    x * x
}

pub(super) fn cube<E: Element>(x: E) -> E {
    x * x * x
}

fn root_cotangent<E: Element>(d: E, x: E) -> E {
    let y = x.sqrt();
    d / (y + y)
}

pub(super) fn square_cotangent<E: Element>(d: E, x: E) -> E {
    d * (x + x)
}

pub(super) fn cube_cotangent<E: Element>(d: E, x: E) -> E {
    d * (E::from_f64(3.0) * (x * x))
}

fn cotangent_of_root_of_cube<E: Element>(d: E, x: E) -> E {
    d * (E::from_f64(1.5) * x.sqrt())
}

fn exponent_cotangent<E: Element>(exponent: E) -> impl Fn(E, E) -> E + Copy + Sync {
    move |d, x| {
        if x == E::ZERO && exponent >= E::ZERO {
            E::ZERO
        } else {
            d * x.to_power(exponent, MulAdd::PORTABLE) * x.ln()
        }
    }
}
