//! Rounding to integers, whose derivative is 0, and what it cuts off.

use crate::{Element, Tensor};

/// Defines operations and their companions: a line each, with the results for -1.5, 0.5 and 2.5.
macro_rules! rounding {
    ($($name:ident $vjp:ident $rounded:path, $words:literal, $results:literal;)+) => {
        impl<const F: usize, E: Element> Tensor<F, E> {
            $(
                #[doc = concat!("Rounds each element ", $words, ". The derivative is 0.")]
                ///
                /// ```
                /// # use tiedw_core::Tensor;
                /// let x = Tensor::from([-1.5, 0.5, 2.5]);
                #[doc = concat!("assert_eq!(x.", stringify!($name), "().as_slice(), ", $results, ");")]
                /// ```
                pub fn $name(&self) -> Self {
                    self.map($name)
                }

                #[doc = concat!("[`", stringify!($name), "`](Tensor::", stringify!($name), ") with its pullback.")]
                pub fn $vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
                    (self.$name(), |d: Self, [wanted]: [bool; 1]| (wanted.then(|| d.map_into(|_| E::ZERO)),))
                }
            )+
        }

        $(
            #[inline]
            fn $name<E: Element>(x: E) -> E {
                x.rounded($rounded)
            }
        )+
    };
}
rounding! {
    floor floor_vjp f64::floor, "down", "[-2.0, 0.0, 2.0]";
    ceil ceil_vjp f64::ceil, "up", "[-1.0, 1.0, 3.0]";
    trunc trunc_vjp f64::trunc, "towards 0", "[-1.0, 0.0, 2.0]";
    round round_vjp f64::round_ties_even, "to the nearest integer, and halves to the even one, as in PyTorch", "[-2.0, 0.0, 2.0]";
}

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes what [`trunc`](Tensor::trunc) cuts off of each element. The derivative is 1.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::from([2.25, -1.5]).fract().as_slice(), [0.25, -0.5]);
    /// ```
    pub fn fract(&self) -> Self {
        self.map(fract)
    }

    /// [`fract`](Tensor::fract) with its pullback.
    pub fn fract_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        (self.fract(), |d: Self, [wanted]: [bool; 1]| (wanted.then_some(d),))
    }
}

#[inline]
fn fract<E: Element>(x: E) -> E {
    x - x.rounded(f64::trunc)
}
