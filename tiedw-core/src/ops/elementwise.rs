//! Functions of each element that need no file of their own: those of angles, logarithms, powers, and activations of pieces of lines.

use std::f64::consts::{LN_2, LN_10};

use crate::kernels::MulAdd;
use crate::{Element, Tensor};

/// Defines functions and their companions: the value of an element x, and the cotangent of x for that of the value, d.
macro_rules! functions {
    ($(
        $(#[$meta:meta])*
        $name:ident $vjp:ident, |$x:ident, $m:ident| $value:expr, |$d:ident| $cotangent:expr;
    )+) => {
        impl<const F: usize, E: Element> Tensor<F, E> {
            $(
                $(#[$meta])*
                pub fn $name(&self) -> Self {
                    self.map_by(value::$name)
                }

                #[doc = concat!("[`", stringify!($name), "`](Tensor::", stringify!($name), ") with its pullback.")]
                pub fn $vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
                    (self.$name(), self.clone().pullback(cotangent::$name))
                }
            )+
        }

        mod value {
            #![allow(unused_variables, reason = "only functions with polynomials multiply and add")]
            use super::*;
            $(
                #[inline(always)]
                pub(super) fn $name<E: Element>($x: E, $m: MulAdd) -> E {
                    $value
                }
            )+
        }

        mod cotangent {
            use super::*;
            $(
                #[inline]
                pub(super) fn $name<E: Element>($d: E, $x: E) -> E {
                    $cotangent
                }
            )+
        }
    };
}

functions! {
    /// Computes the arcsine of each element; NaN outside -1 to 1.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::<2, f64>::from([0.0, 1.0]).asin();
    /// assert_eq!(y.as_slice(), [0.0, std::f64::consts::FRAC_PI_2]);
    /// ```
    asin asin_vjp, |x, m| x.asin_by(m), |d| d / (E::ONE - x * x).sqrt();

    /// Computes the arccosine of each element; NaN outside -1 to 1.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::<2, f64>::from([1.0, 0.0]).acos();
    /// assert_eq!(y.as_slice(), [0.0, std::f64::consts::FRAC_PI_2]);
    /// ```
    acos acos_vjp, |x, m| x.acos_by(m), |d| -d / (E::ONE - x * x).sqrt();

    /// Computes the arctangent of each element.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::<2, f64>::from([0.0, f64::INFINITY]).atan();
    /// assert_eq!(y.as_slice(), [0.0, std::f64::consts::FRAC_PI_2]);
    /// ```
    atan atan_vjp, |x, m| x.atan2_by(E::ONE, m), |d| d * angle_slope(x);

    /// Computes the hyperbolic sine of each element.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::from([0.0, -1000.0]).sinh();
    /// assert_eq!(y.as_slice(), [0.0, f32::NEG_INFINITY]);
    /// ```
    sinh sinh_vjp, |x, m| x.sinh_by(m), |d| d * x.cosh_by(MulAdd::PORTABLE);

    /// Computes the hyperbolic cosine of each element.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::from([0.0, -1000.0]).cosh();
    /// assert_eq!(y.as_slice(), [1.0, f32::INFINITY]);
    /// ```
    cosh cosh_vjp, |x, m| x.cosh_by(m), |d| d * x.sinh_by(MulAdd::PORTABLE);

    /// Computes the inverse hyperbolic sine of each element.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::<2, f64>::from([0.0, 0.75]).asinh();
    /// assert_eq!(y.as_slice(), [0.0, std::f64::consts::LN_2]);
    /// ```
    asinh asinh_vjp, |x, m| x.asinh_by(m), |d| d / (x * x + E::ONE).sqrt();

    /// Computes the inverse hyperbolic cosine of each element; NaN below 1.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::<2, f64>::from([1.0, 1.25]).acosh();
    /// assert_eq!(y.as_slice(), [0.0, std::f64::consts::LN_2]);
    /// ```
    acosh acosh_vjp, |x, m| x.acosh_by(m), |d| d / (x * x - E::ONE).sqrt();

    /// Computes the inverse hyperbolic tangent of each element; NaN outside -1 to 1.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::<2, f64>::from([0.6, 1.0]).atanh();
    /// assert_eq!(y.as_slice(), [std::f64::consts::LN_2, f64::INFINITY]);
    /// ```
    atanh atanh_vjp, |x, m| x.atanh_by(m), |d| d / (E::ONE - x * x);

    /// Computes the square of each element.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::from([-3.0, 0.5]).square().as_slice(), [9.0, 0.25]);
    /// ```
    square square_vjp, |x, m| x * x, |d| d * (x + x);

    /// Computes the cube root of each element.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::from([-8.0, 0.125]).cbrt().as_slice(), [-2.0, 0.5]);
    /// ```
    cbrt cbrt_vjp, |x, m| x.cbrt_by(m), |d| {
        let y = x.cbrt_by(MulAdd::PORTABLE);
        d / (E::from_f64(3.0) * y * y)
    };

    /// Computes 2 to the power of each element.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::from([-1.0, 10.0]).exp2().as_slice(), [0.5, 1024.0]);
    /// ```
    exp2 exp2_vjp, |x, m| x.exp2_by(m), |d| d * x.exp2_by(MulAdd::PORTABLE) * E::from_f64(LN_2);

    /// Computes the logarithm to base 2 of each element; NaN for negative ones.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::from([0.5, 1024.0]).log2().as_slice(), [-1.0, 10.0]);
    /// ```
    log2 log2_vjp, |x, m| x.log2_by(m), |d| d / (x * E::from_f64(LN_2));

    /// Computes the logarithm to base 10 of each element; NaN for negative ones.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::from([0.1, 1000.0]).log10().as_slice(), [-1.0, 3.0]);
    /// ```
    log10 log10_vjp, |x, m| x.log10_by(m), |d| d / (x * E::from_f64(LN_10));

    /// Computes max(x, 0), but at most 6, of each element. The derivative at 0 and at 6 is 0.
    ///
    /// Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", 2017.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::from([-1.0, 2.0, 7.0]).relu6().as_slice(), [0.0, 2.0, 6.0]);
    /// ```
    relu6 relu6_vjp, |x, m| within(x, E::ZERO, six()), |d| inside(d, x, E::ZERO, six());

    /// Computes hardtanh of each element: x, but at least -1 and at most 1. The derivative at the bounds is 0. For other bounds,
    /// [`clamp`](Tensor::clamp).
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::from([-3.0, 0.5, 7.0]).hardtanh().as_slice(), [-1.0, 0.5, 1.0]);
    /// ```
    hardtanh hardtanh_vjp, |x, m| within(x, -E::ONE, E::ONE), |d| inside(d, x, -E::ONE, E::ONE);

    /// Computes hardsigmoid of each element: clamp(x + 3, 0, 6) / 6. The derivative at -3 and 3 is 0.
    ///
    /// Howard et al., "Searching for MobileNetV3", 2019.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::from([-3.0, 1.5, 3.0]).hardsigmoid().as_slice(), [0.0, 0.75, 1.0]);
    /// ```
    hardsigmoid hardsigmoid_vjp,
    |x, m| x.with_slope(within(x + half_of_six(), E::ZERO, six()) / six(), inner_sixth(E::ONE, x)),
    |d| inner_sixth(d, x);
}

/// 1 / (1 + x²).
#[inline]
fn angle_slope<E: Element>(x: E) -> E {
    if const { E::HAS_TANGENT } && (x > E::ONE || x < -E::ONE) {
        // The square may overflow, and then its tangent is NaN.
        let inverse = E::ONE / x;
        return inverse * inverse / (E::ONE + inverse * inverse);
    }
    E::ONE / (E::ONE + x * x)
}

fn six<E: Element>() -> E {
    E::from_f64(6.0)
}

/// A sixth of `d` strictly between -3 and 3; 0 for NaN, as in PyTorch.
#[inline]
fn inner_sixth<E: Element>(d: E, x: E) -> E {
    if x > -half_of_six::<E>() && x < half_of_six() { d / six() } else { E::ZERO }
}

fn half_of_six<E: Element>() -> E {
    E::from_f64(3.0)
}

#[inline]
fn within<E: Element>(x: E, low: E, high: E) -> E {
    let x = if x < low { low } else { x.yields_to(low) };
    if x > high { high } else { x.yields_to(high) }
}

/// `d` strictly between the bounds, and of NaN, as in PyTorch.
#[inline]
fn inside<E: Element>(d: E, x: E, low: E, high: E) -> E {
    if x <= low || x >= high { E::ZERO } else { d }
}
