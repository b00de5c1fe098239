//! The methods of an element type that is a parameter, `E: Element`.

use crate::value::NoGradient;
use crate::{Element, Real};

/// A boxed pullback: a trait cannot say that a closure does not borrow from `self`.
type Pullback<E, const N: usize, R> = Box<dyn FnOnce(E, [bool; N]) -> R>;

/// The methods of [`Element`] that have derivatives, with their pullbacks.
///
/// It is implemented for references, so that `f32` and `f64` find the methods of [`FloatVjp`](super::FloatVjp) first.
#[allow(missing_docs)]
pub trait ElementVjp {
    type Number: Element;

    fn exp_vjp(self) -> (Self::Number, Pullback<Self::Number, 1, (Option<Self::Number>,)>);
    fn ln_vjp(self) -> (Self::Number, Pullback<Self::Number, 1, (Option<Self::Number>,)>);
    fn ln_1p_vjp(self) -> (Self::Number, Pullback<Self::Number, 1, (Option<Self::Number>,)>);
    fn sqrt_vjp(self) -> (Self::Number, Pullback<Self::Number, 1, (Option<Self::Number>,)>);
    fn tanh_vjp(self) -> (Self::Number, Pullback<Self::Number, 1, (Option<Self::Number>,)>);
    fn abs_vjp(self) -> (Self::Number, Pullback<Self::Number, 1, (Option<Self::Number>,)>);
    #[allow(clippy::type_complexity)]
    fn powi_vjp(
        self,
        exponent: i32,
    ) -> (Self::Number, Pullback<Self::Number, 2, (Option<Self::Number>, Option<NoGradient>)>);
}

macro_rules! one {
    ($($name:ident $vjp:ident |$x:ident, $y:ident| $slope:expr;)+) => {$(
        #[inline]
        fn $vjp(self) -> (E, Pullback<E, 1, (Option<E>,)>) {
            let ($x, $y) = (*self, E::$name(*self));
            ($y, Box::new(move |cotangent, _| {
                let _ = $x;
                (Some(cotangent * $slope),)
            }))
        }
    )+};
}

#[diagnostic::do_not_recommend]
impl<E: Element> ElementVjp for &E {
    type Number = E;

    one! {
        exp exp_vjp |x, y| y;
        ln ln_vjp |x, y| E::ONE / x;
        ln_1p ln_1p_vjp |x, y| E::ONE / (E::ONE + x);
        sqrt sqrt_vjp |x, y| E::from_f64(0.5) / y;
        tanh tanh_vjp |x, y| (E::ONE - y * y);
        abs abs_vjp |x, y| if x > E::ZERO { E::ONE } else if x < E::ZERO { -E::ONE } else { E::ZERO };
    }

    #[inline]
    fn powi_vjp(self, exponent: i32) -> (E, Pullback<E, 2, (Option<E>, Option<NoGradient>)>) {
        let x = *self;
        (
            x.powi(exponent),
            Box::new(move |cotangent, _| {
                let slope =
                    if exponent == 0 { E::ZERO } else { E::from_f64(exponent.into()) * x.powi(exponent - 1) };
                (Some(cotangent * slope), None)
            }),
        )
    }
}

/// The methods of [`Real`] that have derivatives, with their pullbacks.
#[allow(missing_docs)]
pub trait RealVjp {
    type Number: Real;

    fn to_f64_vjp(self) -> (f64, Pullback<f64, 1, (Option<Self::Number>,)>);
}

#[diagnostic::do_not_recommend]
impl<E: Real> RealVjp for &E {
    type Number = E;

    #[inline]
    fn to_f64_vjp(self) -> (f64, Pullback<f64, 1, (Option<E>,)>) {
        (self.to_f64(), Box::new(|cotangent, _| (Some(E::from_f64(cotangent)),)))
    }
}
