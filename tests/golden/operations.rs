use tiedw::ops::{AddVjp, DivVjp, MulVjp, SubVjp};
use tiedw::prelude::*;

use crate::run::{check, golden, input, nothing};

/// An operation on one tensor.
macro_rules! unary {
    ($test:ident, $case:literal, $vjp:ident $(::<$size:literal>)? ($($argument:expr),*), $wanted:expr) => {
        #[test]
        fn $test() {
            let case = golden!("operations", $case);
            let x = case.tensor::<8>("x");
            check(&case, nothing(), |_, _, dy| {
                let (y, pullback) = x.$vjp$(::<$size>)?($($argument),*);
                let dx = pullback(dy, $wanted).0;
                (y, vec![input("x", dx)])
            });
        }
    };
}
unary!(gelu, "gelu", gelu_vjp(), [true]);
unary!(gelu_tanh, "gelu_tanh", gelu_tanh_vjp(), [true]);
unary!(silu, "silu", silu_vjp(), [true]);
unary!(softmax, "softmax", softmax_vjp(), [true]);
unary!(log_softmax, "log_softmax", log_softmax_vjp(), [true]);
unary!(exp, "exp", exp_vjp(), [true]);
unary!(ln, "ln", ln_vjp(), [true]);
unary!(sqrt, "sqrt", sqrt_vjp(), [true]);
unary!(abs, "abs", abs_vjp(), [true]);
unary!(clamp, "clamp", clamp_vjp(-0.5, 1.0), [true, false, false]);
unary!(sin, "sin", sin_vjp(), [true]);
unary!(cos, "cos", cos_vjp(), [true]);
unary!(tan, "tan", tan_vjp(), [true]);
unary!(expm1, "expm1", expm1_vjp(), [true]);
unary!(log1p, "log1p", log1p_vjp(), [true]);
unary!(rsqrt, "rsqrt", rsqrt_vjp(), [true]);
unary!(recip, "recip", recip_vjp(), [true]);
unary!(erf, "erf", erf_vjp(), [true]);
unary!(sign, "sign", sign_vjp(), [true]);
unary!(softplus, "softplus", softplus_vjp(), [true]);
unary!(log_sigmoid, "log_sigmoid", log_sigmoid_vjp(), [true]);
unary!(mish, "mish", mish_vjp(), [true]);
unary!(hardswish, "hardswish", hardswish_vjp(), [true]);
unary!(softsign, "softsign", softsign_vjp(), [true]);
unary!(leaky_relu, "leaky_relu", leaky_relu_vjp(0.2), [true, false]);
unary!(elu, "elu", elu_vjp(1.5), [true, false]);
unary!(selu, "selu", selu_vjp(), [true]);
unary!(powf, "powf", powf_vjp(1.7), [true, false]);
unary!(powf_half, "powf_half", powf_vjp(0.5), [true, false]);
unary!(glu, "glu", glu_vjp::<4>(), [true]);

#[test]
fn powi() {
    let case = golden!("operations", "powi_3");
    let x = case.tensor::<8>("x");
    check(&case, nothing(), |_, _, dy| {
        let (clamped, clamp_pullback) = x.clamp_vjp(-4.0, 4.0);
        let (y, pullback) = clamped.powi_vjp(3);
        let (d, _) = pullback(dy, [true, false]);
        let (dx, _, _) = clamp_pullback(d.unwrap(), [true, false, false]);
        (y, vec![input("x", dx)])
    });
}
unary!(norm, "norm", norm_features_vjp(), [true]);
unary!(normalize, "normalize", normalize_vjp(), [true]);
unary!(mean_features, "mean_features", mean_features_vjp(), [true]);
unary!(mean_rows, "mean_rows", mean_rows_vjp(), [true]);

/// An operation on two tensors.
macro_rules! binary {
    ($test:ident, $features:literal, $other_features:literal, $vjp:ident $(::<$($generic:literal),*>)?) => {
        #[test]
        fn $test() {
            let case = golden!("pairs", stringify!($test));
            let x = case.tensor::<$features>("x");
            let other = case.tensor::<$other_features>("other");
            check(&case, nothing(), |_, _, dy| {
                let (y, pullback) = x.$vjp $(::<$($generic),*>)? (&other);
                let (dx, dother) = pullback(dy, [true, true]);
                (y, vec![input("x", dx), input("other", dother)])
            });
        }
    };
}
binary!(matmul, 5, 4, matmul_vjp);
binary!(matmul_shared, 5, 4, matmul_vjp);
binary!(matmul_t, 5, 5, matmul_t_vjp::<4>);
binary!(cosine_similarity, 5, 5, cosine_similarity_vjp);
binary!(cat, 5, 4, cat_vjp::<4, 9>);

/// An operation on two tensors of which axes are repeated: leading ones, and the features, where they are known at run time.
macro_rules! repeated {
    ($($operator:ident $vjp:ident $name:literal;)+) => {$(
        #[test]
        fn $operator() {
            run::<5, 5>(concat!($name, "_axes"));
            run::<5, 5>(concat!($name, "_row"));
            run::<5, 1>(concat!($name, "_mask"));
            run::<1, 5>(concat!("mask_", $name));

            fn run<const F: usize, const G: usize>(name: &str) {
                let case = golden!("repeated", name);
                let (x, other) = (case.tensor::<F>("x").dynamic(), case.tensor::<G>("other").dynamic());
                check(&case, nothing(), |_, _, dy| {
                    let (y, pullback) = x.$vjp(&other);
                    let (dx, dother) = pullback(dy, [true, true]);
                    (y, vec![input("x", dx), input("other", dother)])
                });
            }
        }
    )+};
}
repeated! {
    add add_vjp "add";
    sub sub_vjp "sub";
    mul mul_vjp "mul";
    div div_vjp "div";
    maximum maximum_vjp "maximum";
    minimum minimum_vjp "minimum";
}

/// Compares a function of two tensors, by its companion.
macro_rules! function {
    ($test:ident: $function:ident $vjp:ident |$x:ident, $other:ident| $body:expr) => {
        #[differentiable]
        fn $function($x: &Tensor<5>, $other: &Tensor<5>) -> Tensor<5> {
            $body
        }

        #[test]
        fn $test() {
            let case = golden!("lists", stringify!($function));
            let (x, other) = (case.tensor::<5>("x"), case.tensor::<5>("other"));
            check(&case, nothing(), |_, _, dy| {
                let (y, pullback) = $vjp(&x, &other);
                assert!(y == $function(&x, &other), "another value than the function");
                let (dx, dother) = pullback(dy, [true, true]);
                (y, vec![input("x", dx), input("other", dother)])
            });
        }
    };
}
function!(stack_along_0: stack_0 stack_0_vjp |x, other| Tensor::stack(&[x, other, x], 0));
function!(stack_along_1: stack_1 stack_1_vjp |x, other| Tensor::stack(&[x, other, x], 1));
function!(concat_along_0: concat_0 concat_0_vjp |x, other| Tensor::concat(&[other, x, other], 0));
function!(concat_along_1: concat_1 concat_1_vjp |x, other| Tensor::concat(&[other, x, other], 1));
function!(select_along_0: select_0 select_0_vjp |x, other| x.select(0, 1) * other.select(0, 0));
function!(select_along_1: select_1 select_1_vjp |x, other| x.select(1, 2) * other.select(1, 0));
