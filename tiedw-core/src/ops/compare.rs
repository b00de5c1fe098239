//! Comparisons of each element, whose results are masks.

use super::broadcast::zip_data;
use crate::param::{Filter1dView, Filter2dView, GateBiasView, GatesView, MatrixView, VectorView};
use crate::value::NoGradient;
use crate::{Element, Mask, Tensor, Value, kernels};

/// What a tensor is compared with: a tensor, of which axes are repeated as by `+`, a number, or a parameter.
///
/// ```
/// use tiedw_core::{Mask, Tensor};
///
/// let x = Tensor::from([[1.0, 5.0], [3.0, 4.0]]);
/// assert_eq!(x.ge(3.0), Mask::from([[false, true], [true, true]]));
/// assert_eq!(x.ge(&Tensor::from([3.0, 5.0])), Mask::from([[false, true], [true, false]]));
/// ```
#[diagnostic::on_unimplemented(
    message = "a tensor of {F} features and elements `{E}` is not compared with a `{Self}`",
    label = "neither such a tensor nor a number of its element type"
)]
pub trait Comparand<const F: usize, E: Element>: Value {
    /// Returns for which elements of `x` the relation `holds`.
    #[doc(hidden)]
    #[track_caller]
    fn compared_to(&self, x: &Tensor<F, E>, holds: impl Fn(E, E) -> bool + Sync) -> Mask<F>;
}

impl<const F: usize, E: Element> Comparand<F, E> for &Tensor<F, E> {
    #[inline]
    #[track_caller]
    fn compared_to(&self, x: &Tensor<F, E>, holds: impl Fn(E, E) -> bool + Sync) -> Mask<F> {
        let (x, y) = ((x.as_slice(), x.axes()), (self.as_slice(), self.axes()));
        let (axes, flags) = zip_data(x, y, "a comparison", holds);
        Mask::with_axes(axes, flags)
    }
}

impl<const F: usize, E: Element> Comparand<F, E> for E {
    #[inline]
    fn compared_to(&self, x: &Tensor<F, E>, holds: impl Fn(E, E) -> bool + Sync) -> Mask<F> {
        Mask::with_axes(x.axes(), kernels::map(x.as_slice(), against(*self, holds)))
    }
}

impl<const F: usize, E: Element> Comparand<F, E> for &E {
    #[inline]
    fn compared_to(&self, x: &Tensor<F, E>, holds: impl Fn(E, E) -> bool + Sync) -> Mask<F> {
        (**self).compared_to(x, holds)
    }
}

/// Parameters, which are tensors.
macro_rules! parameters {
    ($([$($size:ident),*] $view:ty;)+) => {$(
        impl<const F: usize, $(const $size: usize,)* E: Element> Comparand<F, E> for &$view {
            #[inline]
            #[track_caller]
            fn compared_to(&self, x: &Tensor<F, E>, holds: impl Fn(E, E) -> bool + Sync) -> Mask<F> {
                (&***self).compared_to(x, holds)
            }
        }
    )+};
}
parameters! {
    [] VectorView<'_, F, E>;
    [R] MatrixView<'_, R, F, E>;
    [O, K] Filter1dView<'_, O, K, F, E>;
    [O, H, W] Filter2dView<'_, O, H, W, F, E>;
    [G, R] GatesView<'_, G, R, F, E>;
    [G] GateBiasView<'_, G, F, E>;
}

/// The pullback of a comparison, which passes no gradient on. A pointer holds no borrow of the operands, which a body may
/// assign to.
type NoPullback<X, Y> = fn(NoGradient, [bool; 2]) -> (Option<X>, Option<Y>);

/// Defines comparisons and their companions: a line each, with what is said of two elements, and the results for 1, 2 and 3
/// compared with 2.
macro_rules! comparisons {
    ($($name:ident $vjp:ident |$x:ident, $y:ident| $holds:expr, $words:literal, $results:literal;)+) => {
        impl<const F: usize, E: Element> Tensor<F, E> {
            $(
                #[doc = concat!("Returns which elements ", $words, ", a tensor or a number.")]
                /// Axes of size 1 and missing leading axes are repeated, as by `+`.
                ///
                /// ```
                /// # use tiedw_core::{Mask, Tensor};
                #[doc = concat!("let mask = Tensor::from([1.0, 2.0, 3.0]).", stringify!($name), "(2.0);")]
                #[doc = concat!("assert_eq!(mask, Mask::from(", $results, "));")]
                /// ```
                ///
                /// # Panics
                /// If two sizes differ of which none is 1.
                #[track_caller]
                pub fn $name(&self, other: impl Comparand<F, E>) -> Mask<F> {
                    other.compared_to(self, $name)
                }

                /// The same for differentiable bodies: a mask has no gradient.
                #[doc(hidden)]
                #[track_caller]
                pub fn $vjp<C: Comparand<F, E>>(&self, other: C) -> (Mask<F>, NoPullback<Self, C::Cotangent>) {
                    (other.compared_to(self, $name), |_, _| (None, None))
                }
            )+
        }

        $(
            fn $name<E: Element>($x: E, $y: E) -> bool {
                $holds
            }
        )+
    };
}
comparisons! {
    lt lt_vjp |x, y| x < y, "are less than `other`", "[true, false, false]";
    le le_vjp |x, y| x <= y, "are less than or equal to `other`", "[true, true, false]";
    gt gt_vjp |x, y| x > y, "are greater than `other`", "[false, false, true]";
    ge ge_vjp |x, y| x >= y, "are greater than or equal to `other`", "[false, true, true]";
    eq eq_vjp |x, y| x == y, "are equal to `other`, which NaN never is", "[false, true, false]";
    ne ne_vjp |x, y| x != y, "are not equal to `other`, which NaN never is", "[true, false, true]";
}

/// Returns `holds` with this right operand.
fn against<E: Element>(number: E, holds: impl Fn(E, E) -> bool + Sync) -> impl Fn(E) -> bool + Sync {
    move |x| holds(x, number)
}
