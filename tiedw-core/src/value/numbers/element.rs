//! The methods of an element type that is a parameter, `E: Element`.

use crate::value::NoGradient;
use crate::{Dual, Element, Real};

/// A boxed pullback: a trait cannot say that a closure does not borrow from `self`.
type Pullback<E, const N: usize, R> = Box<dyn FnOnce(E, [bool; N]) -> R>;

/// A result, with the pullback for one number.
type Unary<E> = (E, Pullback<E, 1, (Option<E>,)>);
/// A result, with the pullback for two numbers.
type Binary<E> = (E, Pullback<E, 2, (Option<E>, Option<E>)>);
/// A result, with the pullback for three numbers.
type Ternary<E> = (E, Pullback<E, 3, (Option<E>, Option<E>, Option<E>)>);

/// Declares and implements the methods. Their derivatives are those of [`Dual`].
macro_rules! methods {
    (
        $($one:ident $one_vjp:ident)+;
        $($two:ident $two_vjp:ident)+;
        $($three:ident $three_vjp:ident)+
    ) => {
        /// The methods of [`Element`] that have derivatives, with their pullbacks.
        ///
        /// It is implemented for references, so that `f32` and `f64` find the methods of [`FloatVjp`](super::FloatVjp) first.
        #[allow(missing_docs)]
        pub trait ElementVjp {
            type Number: Element;

            $(fn $one_vjp(self) -> Unary<Self::Number>;)+
            $(fn $two_vjp(self, other: Self::Number) -> Binary<Self::Number>;)+
            $(fn $three_vjp(self, second: Self::Number, third: Self::Number) -> Ternary<Self::Number>;)+
            #[allow(clippy::type_complexity)]
            fn powi_vjp(
                self,
                exponent: i32,
            ) -> (Self::Number, Pullback<Self::Number, 2, (Option<Self::Number>, Option<NoGradient>)>);
        }

        #[diagnostic::do_not_recommend]
        impl<E: Element> ElementVjp for &E {
            type Number = E;

            $(
                #[inline]
                fn $one_vjp(self) -> Unary<E> {
                    let y = variable(*self).$one();
                    (y.value, Box::new(move |cotangent, _| (Some(cotangent * y.tangent),)))
                }
            )+
            $(
                #[inline]
                fn $two_vjp(self, other: E) -> Binary<E> {
                    let x = *self;
                    (
                        x.$two(other),
                        Box::new(move |cotangent, [of_self, of_other]| {
                            let by_self = || variable(x).$two(Dual::constant(other));
                            let by_other = || Dual::constant(x).$two(variable(other));
                            (
                                of_self.then(|| cotangent * by_self().tangent),
                                of_other.then(|| cotangent * by_other().tangent),
                            )
                        }),
                    )
                }
            )+
            $(
                #[inline]
                #[track_caller]
                fn $three_vjp(self, second: E, third: E) -> Ternary<E> {
                    let x = *self;
                    (
                        x.$three(second, third),
                        Box::new(move |cotangent, _| {
                            let [a, b, c] = [x, second, third].map(Dual::constant);
                            let by = |y: Dual<E>| Some(cotangent * y.tangent);
                            (
                                by(variable(x).$three(b, c)),
                                by(a.$three(variable(second), c)),
                                by(a.$three(b, variable(third))),
                            )
                        }),
                    )
                }
            )+
            #[inline]
            fn powi_vjp(self, exponent: i32) -> (E, Pullback<E, 2, (Option<E>, Option<NoGradient>)>) {
                let y = variable(*self).powi(exponent);
                (y.value, Box::new(move |cotangent, _| (Some(cotangent * y.tangent), None)))
            }
        }
    };
}

methods! {
    sqrt sqrt_vjp cbrt cbrt_vjp exp exp_vjp exp2 exp2_vjp exp_m1 exp_m1_vjp
    ln ln_vjp log2 log2_vjp log10 log10_vjp ln_1p ln_1p_vjp
    sin sin_vjp cos cos_vjp tan tan_vjp asin asin_vjp acos acos_vjp atan atan_vjp
    sinh sinh_vjp cosh cosh_vjp tanh tanh_vjp asinh asinh_vjp acosh acosh_vjp atanh atanh_vjp
    recip recip_vjp abs abs_vjp signum signum_vjp to_radians to_radians_vjp to_degrees to_degrees_vjp
    fract fract_vjp floor floor_vjp ceil ceil_vjp round round_vjp round_ties_even round_ties_even_vjp trunc trunc_vjp;
    powf powf_vjp max max_vjp min min_vjp atan2 atan2_vjp hypot hypot_vjp log log_vjp copysign copysign_vjp
    midpoint midpoint_vjp div_euclid div_euclid_vjp rem_euclid rem_euclid_vjp;
    clamp clamp_vjp mul_add mul_add_vjp
}

/// The variable by which a method is differentiated.
fn variable<E: Element>(x: E) -> Dual<E> {
    Dual::new(x, E::ONE)
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
