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
            4 => self.map(by_squaring::<E, 4>),
            5 => self.map(by_squaring::<E, 5>),
            6 => self.map(by_squaring::<E, 6>),
            8 => self.map(by_squaring::<E, 8>),
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
                4 => d.zip_into(&saved, "a pullback", cotangent_by_squaring::<E, 3>),
                5 => d.zip_into(&saved, "a pullback", cotangent_by_squaring::<E, 4>),
                6 => d.zip_into(&saved, "a pullback", cotangent_by_squaring::<E, 5>),
                8 => d.zip_into(&saved, "a pullback", cotangent_by_squaring::<E, 7>),
                _ => d.zip_into(&saved, "a pullback", cotangent(exponent)),
            });
            (dx, None)
        })
    }
}

/// A power whose exponent is known, so that loops over it are vectorized. The products are those of `powi`.
fn by_squaring<E: Element, const N: u32>(x: E) -> E {
    let (mut power, mut square, mut rest) = (E::ONE, x, N);
    while rest > 0 {
        if rest % 2 == 1 {
            power *= square;
        }
        square *= square;
        rest /= 2;
    }
    power
}

/// The pullback of the power after `LESS`.
fn cotangent_by_squaring<E: Element, const LESS: u32>(d: E, x: E) -> E {
    d * E::from_count(LESS as usize + 1) * by_squaring::<E, LESS>(x)
}

fn powi<E: Element>(exponent: i32) -> impl Fn(E) -> E + Sync {
    move |x| x.powi(exponent)
}

fn cotangent<E: Element>(exponent: i32) -> impl Fn(E, E) -> E + Sync {
    let factor = E::from_f64(f64::from(exponent));
    // The derivative of a constant is 0, also at x = 0.
    move |d, x| if exponent == 0 { E::ZERO } else { d * factor * x.powi(exponent - 1) }
}
