//! Which elements are numbers, and finite.

use crate::value::NoGradient;
use crate::{Element, Mask, Tensor, kernels};

/// Defines predicates and their companions: a line each, with the results for NaN, infinity and 1.
macro_rules! predicates {
    ($($name:ident $vjp:ident, $words:literal, $results:literal;)+) => {
        impl<const F: usize, E: Element> Tensor<F, E> {
            $(
                #[doc = concat!("Returns which elements are ", $words, ".")]
                ///
                /// ```
                /// # use tiedw_core::{Mask, Tensor};
                #[doc = concat!("let mask = Tensor::from([f32::NAN, f32::INFINITY, 1.0]).", stringify!($name), "();")]
                #[doc = concat!("assert_eq!(mask, Mask::from(", $results, "));")]
                /// ```
                pub fn $name(&self) -> Mask<F> {
                    Mask::with_axes(self.axes(), kernels::map(self.as_slice(), $name))
                }

                /// The same for differentiable bodies: a mask has no gradient.
                #[doc(hidden)]
                pub fn $vjp(&self) -> (Mask<F>, fn(NoGradient, [bool; 1]) -> (Option<Self>,)) {
                    (self.$name(), |_, _| (None,))
                }
            )+
        }
    };
}
predicates! {
    is_nan is_nan_vjp, "NaN", "[true, false, false]";
    is_finite is_finite_vjp, "neither NaN nor infinite", "[false, false, true]";
    is_infinite is_infinite_vjp, "infinite, of either sign", "[false, true, false]";
}

fn is_nan<E: Element>(x: E) -> bool {
    x.is_nan()
}

fn is_finite<E: Element>(x: E) -> bool {
    x.abs() < -E::NEG_INFINITY
}

fn is_infinite<E: Element>(x: E) -> bool {
    x.abs() == -E::NEG_INFINITY
}
