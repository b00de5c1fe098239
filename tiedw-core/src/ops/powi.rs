use super::powf::{cube, cube_cotangent, square, square_cotangent};
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Raises each element to an integer power.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([1], vec![-2.0, 3.0]);
    /// assert_eq!(x.powi(3).as_slice(), [-8.0, 27.0]);
    /// ```
    pub fn powi(&self, exponent: i32) -> Self {
        match exponent {
            2 => self.map(square),
            3 => self.map(cube),
            _ => self.map(powi(exponent)),
        }
    }

    /// [`powi`](Tensor::powi) with its pullback.
    pub fn powi_vjp(
        &self,
        exponent: i32,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let saved = self.clone();
        (self.powi(exponent), move |d: Self, [wanted, _]: [bool; 2]| {
            let dx = wanted.then(|| match exponent {
                2 => d.zip_into(&saved, "a pullback", square_cotangent),
                3 => d.zip_into(&saved, "a pullback", cube_cotangent),
                _ => d.zip_into(&saved, "a pullback", cotangent(exponent)),
            });
            (dx, None)
        })
    }
}

fn powi<E: Element>(exponent: i32) -> impl Fn(E) -> E + Sync {
    move |x| x.powi(exponent)
}

fn cotangent<E: Element>(exponent: i32) -> impl Fn(E, E) -> E + Sync {
    let factor = E::from_f64(f64::from(exponent));
    // The derivative of a constant is 0, also at x = 0.
    move |d, x| if exponent == 0 { E::ZERO } else { d * factor * x.powi(exponent - 1) }
}
