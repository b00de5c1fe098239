//! The methods of `f32` and `f64`.

use crate::value::NoGradient;

/// The methods of a float, with their pullbacks: each is the method of the same name.
#[allow(missing_docs, clippy::type_complexity)]
pub trait FloatVjp: Copy {
    fn sqrt_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn cbrt_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn exp_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn exp2_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn exp_m1_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn ln_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn log2_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn log10_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn ln_1p_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn sin_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn cos_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn tan_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn asin_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn acos_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn atan_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn sinh_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn cosh_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn tanh_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn asinh_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn acosh_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn atanh_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn recip_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn abs_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn to_radians_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn to_degrees_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn fract_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn floor_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn ceil_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn round_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn round_ties_even_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn trunc_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn signum_vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,));
    fn powf_vjp(self, other: Self) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>));
    fn max_vjp(self, other: Self) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>));
    fn min_vjp(self, other: Self) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>));
    fn atan2_vjp(self, other: Self) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>));
    fn hypot_vjp(self, other: Self) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>));
    fn rem_euclid_vjp(
        self,
        other: Self,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>));
    fn div_euclid_vjp(
        self,
        other: Self,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>));
    fn midpoint_vjp(
        self,
        other: Self,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>));
    fn log_vjp(self, other: Self) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>));
    fn copysign_vjp(
        self,
        other: Self,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>));
    fn powi_vjp(
        self,
        exponent: i32,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>));
    fn clamp_vjp(
        self,
        min: Self,
        max: Self,
    ) -> (Self, impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<Self>, Option<Self>));
    fn mul_add_vjp(
        self,
        by: Self,
        plus: Self,
    ) -> (Self, impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<Self>, Option<Self>));
}

macro_rules! one {
    ($float:ident: $($name:ident $vjp:ident |$x:ident, $y:ident| $slope:expr;)+) => {$(
        #[inline]
        fn $vjp(self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,)) {
            let value = $float::$name(self);
            (value, move |cotangent, _| {
                let ($x, $y): ($float, $float) = (self, value);
                let _ = ($x, $y);
                let slope: $float = $slope;
                (Some(cotangent * slope),)
            })
        }
    )+};
}

macro_rules! two {
    ($float:ident: $($name:ident $vjp:ident |$a:ident, $b:ident, $y:ident| $by_a:expr, $by_b:expr;)+) => {$(
        #[inline]
        fn $vjp(self, other: Self) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>)) {
            let value = $float::$name(self, other);
            (value, move |cotangent, [of_a, of_b]: [bool; 2]| {
                let ($a, $b, $y): ($float, $float, $float) = (self, other, value);
                let _ = ($a, $b, $y);
                (of_a.then(|| cotangent * ($by_a)), of_b.then(|| cotangent * ($by_b)))
            })
        }
    )+};
}

macro_rules! float {
    ($float:ident, $module:ident) => {
        mod $module {
            use std::$float::consts::{LN_2, LN_10, PI};

            use super::FloatVjp;
            use crate::kernels::angle_slopes;
            use crate::value::NoGradient;

            /// The part of the cotangent that the first of two gets. PyTorch shares it if they are equal.
            fn share(is_taken: bool, a: $float, b: $float) -> $float {
                if is_taken || b.is_nan() {
                    1.0
                } else if a == b {
                    0.5
                } else {
                    0.0
                }
            }

            /// The derivative of the absolute value; 0 at 0 and for NaN, as in PyTorch.
            fn sign(x: $float) -> $float {
                if x > 0.0 {
                    1.0
                } else if x < 0.0 {
                    -1.0
                } else {
                    0.0
                }
            }

            impl FloatVjp for $float {
                one! { $float:
                sqrt sqrt_vjp |x, y| 0.5 / y;
                cbrt cbrt_vjp |x, y| 1.0 / (3.0 * y * y);
                exp exp_vjp |x, y| y;
                exp2 exp2_vjp |x, y| y * LN_2;
                exp_m1 exp_m1_vjp |x, y| y + 1.0;
                ln ln_vjp |x, y| 1.0 / x;
                log2 log2_vjp |x, y| 1.0 / (x * LN_2);
                log10 log10_vjp |x, y| 1.0 / (x * LN_10);
                ln_1p ln_1p_vjp |x, y| 1.0 / (1.0 + x);
                sin sin_vjp |x, y| x.cos();
                cos cos_vjp |x, y| -x.sin();
                tan tan_vjp |x, y| 1.0 + y * y;
                asin asin_vjp |x, y| 1.0 / (1.0 - x * x).sqrt();
                acos acos_vjp |x, y| -1.0 / (1.0 - x * x).sqrt();
                atan atan_vjp |x, y| 1.0 / (1.0 + x * x);
                sinh sinh_vjp |x, y| x.cosh();
                cosh cosh_vjp |x, y| x.sinh();
                tanh tanh_vjp |x, y| 1.0 - y * y;
                asinh asinh_vjp |x, y| 1.0 / (x * x + 1.0).sqrt();
                acosh acosh_vjp |x, y| 1.0 / (x * x - 1.0).sqrt();
                atanh atanh_vjp |x, y| 1.0 / (1.0 - x * x);
                recip recip_vjp |x, y| -y * y;
                abs abs_vjp |x, y| sign(x);
                to_radians to_radians_vjp |x, y| PI / 180.0;
                to_degrees to_degrees_vjp |x, y| 180.0 / PI;
                fract fract_vjp |x, y| 1.0;
                floor floor_vjp |x, y| 0.0;
                ceil ceil_vjp |x, y| 0.0;
                round round_vjp |x, y| 0.0;
                round_ties_even round_ties_even_vjp |x, y| 0.0;
                trunc trunc_vjp |x, y| 0.0;
                signum signum_vjp |x, y| 0.0;
                }
                two! { $float:
                powf powf_vjp |a, b, y| if b == 0.0 { 0.0 } else { b * a.powf(b - 1.0) }, if a == 0.0 && b >= 0.0 { 0.0 } else { y * a.ln() };
                max max_vjp |a, b, y| share(a > b, a, b), 1.0 - share(a > b, a, b);
                min min_vjp |a, b, y| share(a < b, a, b), 1.0 - share(a < b, a, b);
                atan2 atan2_vjp |a, b, y| angle_slopes(a, b)[0], angle_slopes(a, b)[1];
                hypot hypot_vjp |a, b, y| a / y, b / y;
                rem_euclid rem_euclid_vjp |a, b, y| 1.0, -a.div_euclid(b);
                div_euclid div_euclid_vjp |a, b, y| 0.0, 0.0;
                midpoint midpoint_vjp |a, b, y| 0.5, 0.5;
                log log_vjp |a, b, y| 1.0 / a / b.ln(), -y / b / b.ln();
                copysign copysign_vjp |a, b, y| if a == 0.0 { 0.0 } else { y / a }, 0.0;
                }

                #[inline]
                fn powi_vjp(
                    self,
                    exponent: i32,
                ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>)) {
                    (self.powi(exponent), move |cotangent, _| {
                        let slope = if exponent == 0 { 0.0 } else { exponent as $float * self.powi(exponent - 1) };
                        (Some(cotangent * slope), None)
                    })
                }

                #[inline]
                #[track_caller]
                fn clamp_vjp(
                    self,
                    min: Self,
                    max: Self,
                ) -> (Self, impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<Self>, Option<Self>)) {
                    (self.clamp(min, max), move |cotangent, _| {
                        let part = |holds: bool| Some(if holds { cotangent } else { 0.0 });
                        // As of tensors: at a bound, the cotangent goes to it.
                        (part(min < self && self < max), part(self <= min), part(self >= max && self > min))
                    })
                }

                #[inline]
                fn mul_add_vjp(
                    self,
                    by: Self,
                    plus: Self,
                ) -> (Self, impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<Self>, Option<Self>)) {
                    (self.mul_add(by, plus), move |cotangent, _| {
                        (Some(cotangent * by), Some(cotangent * self), Some(cotangent))
                    })
                }
            }
        }
    };
}
float!(f32, single);
float!(f64, double);
