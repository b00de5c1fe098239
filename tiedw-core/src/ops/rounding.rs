//! Rounding to integers. The derivative is 0.

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
    round round_vjp f64::round_ties_even, "to the nearest integer, and halves to the even one, as in PyTorch", "[-2.0, 0.0, 2.0]";
}
