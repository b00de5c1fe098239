//! Elements that are at least or at most a number.

use crate::kernels::sum_zip;
use crate::{Element, Tensor};

/// Defines operations and their companions: a line each, with how elements compare to the number that are replaced by it, and how
/// others do, and the results for -2, 0.5 and 3 and the number 1.
macro_rules! bounds {
    ($($name:ident $vjp:ident $bound:ident $outside:tt $inside:tt, $words:literal, $results:literal;)+) => {
        impl<const F: usize, E: Element> Tensor<F, E> {
            $(
                #[doc = concat!("Replaces each element that is ", $words, " by the number; NaN stays NaN, and a number that is NaN replaces all.")]
                ///
                /// The cotangents of replaced elements, also of equal ones, go to the number, as those of [`clamp`](Tensor::clamp). Those of NaN
                /// go nowhere.
                ///
                /// ```
                /// # use tiedw_core::Tensor;
                #[doc = concat!("let y = Tensor::from([-2.0, 0.5, 3.0]).", stringify!($name), "(1.0);")]
                #[doc = concat!("assert_eq!(y.as_slice(), ", $results, ");")]
                /// ```
                pub fn $name(&self, $bound: E) -> Self {
                    self.map(value::$name($bound))
                }

                #[doc = concat!("[`", stringify!($name), "`](Tensor::", stringify!($name), ") with its pullback.")]
                pub fn $vjp(
                    &self,
                    $bound: E,
                ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<E>) + use<F, E>) {
                    let x = self.clone();
                    (self.$name($bound), move |d: Self, [of_x, of_bound]: [bool; 2]| {
                        let dbound = of_bound.then(|| sum_zip(d.as_slice(), x.as_slice(), beyond::$name($bound)));
                        (of_x.then(|| d.zip_into(&x, "a pullback", within::$name($bound))), dbound)
                    })
                }
            )+
        }

        mod value {
            use super::*;
            $(
                #[inline]
                pub(super) fn $name<E: Element>($bound: E) -> impl Fn(E) -> E + Sync {
                    move |x| {
                        if const { E::HAS_TANGENT } && x.is_nan() {
                            return E::ZERO.replaced_by(x);
                        }
                        if x $outside $bound || $bound.is_nan() { $bound } else { x.yields_to($bound) }
                    }
                }
            )+
        }

        mod beyond {
            use super::*;
            $(
                #[inline]
                pub(super) fn $name<E: Element>($bound: E) -> impl Fn(E, E) -> E + Copy + Sync {
                    move |d, x| if x $inside $bound || x.is_nan() { E::ZERO } else { d }
                }
            )+
        }

        mod within {
            use super::*;
            $(
                #[inline]
                pub(super) fn $name<E: Element>($bound: E) -> impl Fn(E, E) -> E + Sync {
                    move |d, x| if x $inside $bound { d } else { E::ZERO }
                }
            )+
        }
    };
}
bounds! {
    clamp_min clamp_min_vjp low < >, "less than a number", "[1.0, 1.0, 3.0]";
    clamp_max clamp_max_vjp high > <, "greater than a number", "[-2.0, 0.5, 1.0]";
}
