use tiedw::prelude::*;

use crate::run::{check, check_layer, golden, input, nothing, rng};

/// An operation on one tensor.
macro_rules! unary {
    ($test:ident, $vjp:ident $(::<$size:literal>)? ($($argument:expr),*), $wanted:expr) => {
        #[test]
        fn $test() {
            let case = golden!("functions", stringify!($test));
            let x = case.tensor::<8>("x");
            check(&case, nothing(), |_, _, dy| {
                let (y, pullback) = x.$vjp$(::<$size>)?($($argument),*);
                (y, vec![input("x", pullback(dy, $wanted).0)])
            });
        }
    };
}
unary!(asin, asin_vjp(), [true]);
unary!(acos, acos_vjp(), [true]);
unary!(atan, atan_vjp(), [true]);
unary!(sinh, sinh_vjp(), [true]);
unary!(cosh, cosh_vjp(), [true]);
unary!(exp2, exp2_vjp(), [true]);
unary!(log2, log2_vjp(), [true]);
unary!(log10, log10_vjp(), [true]);
unary!(relu6, relu6_vjp(), [true]);
unary!(hardtanh, hardtanh_vjp(), [true]);
unary!(hardsigmoid, hardsigmoid_vjp(), [true]);
unary!(celu, celu_vjp(1.5), [true, false]);
unary!(threshold, threshold_vjp(0.5, -2.0), [true, false, false]);
unary!(softmin, softmin_vjp(), [true]);
unary!(swiglu, swiglu_vjp::<4>(), [true]);
unary!(geglu, geglu_vjp::<4>(), [true]);
unary!(asinh, asinh_vjp(), [true]);
unary!(acosh, acosh_vjp(), [true]);
unary!(atanh, atanh_vjp(), [true]);
unary!(square, square_vjp(), [true]);
unary!(cbrt, cbrt_vjp(), [true]);
unary!(fract, fract_vjp(), [true]);
unary!(trunc, trunc_vjp(), [true]);
unary!(erfc, erfc_vjp(), [true]);
unary!(clamp_min, clamp_min_vjp(0.5), [true, false]);
unary!(clamp_max, clamp_max_vjp(0.5), [true, false]);
unary!(remainder, remainder_vjp(0.7), [true, false]);
unary!(remainder_negative, remainder_vjp(-0.7), [true, false]);

/// An operation on two tensors.
macro_rules! binary {
    ($test:ident, $vjp:ident($($argument:expr),*), $wanted:expr) => {
        #[test]
        fn $test() {
            let case = golden!("functions", stringify!($test));
            let (x, other) = (case.tensor::<5>("x"), case.tensor::<5>("other"));
            check(&case, nothing(), |_, _, dy| {
                let (y, pullback) = x.$vjp(&other $(, $argument)*);
                let (dx, dother, ..) = pullback(dy, $wanted);
                (y, vec![input("x", dx), input("other", dother)])
            });
        }
    };
}
binary!(atan2, atan2_vjp(), [true, true]);
binary!(hypot, hypot_vjp(), [true, true]);
binary!(lerp, lerp_vjp(0.3), [true, true, false]);
binary!(lerp_far, lerp_vjp(0.8), [true, true, false]);
binary!(prelu, prelu_vjp(), [true, true]);
binary!(pow, pow_vjp(), [true, true]);
binary!(logaddexp, logaddexp_vjp(), [true, true]);
binary!(xlogy, xlogy_vjp(), [true, true]);

#[test]
fn prelu_layer() {
    check_layer!(golden!("functions", "prelu_shared"), PRelu::<5>::init(&mut rng()));
    check_layer!(golden!("functions", "prelu_channels"), PRelu::<5, 5>::init(&mut rng()));
    check_layer!(golden!("functions", "prelu_channels"), PRelu::<DYN, DYN>::new(5));
}
