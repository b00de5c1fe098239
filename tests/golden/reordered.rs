use tiedw::prelude::*;

use crate::run::{check, golden, input, nothing};

macro_rules! unary {
    ($test:ident, $vjp:ident($($argument:expr),*), $wanted:expr) => {
        #[test]
        fn $test() {
            let case = golden!("reordered", stringify!($test));
            let x = case.tensor::<DYN>("x");
            check(&case, nothing(), |_, _, dy: Tensor<DYN>| {
                let (y, pullback) = x.$vjp($($argument),*);
                (y, vec![input("x", pullback(dy, $wanted).0)])
            });
        }
    };
}
unary!(permute_201, permute_vjp([2, 0, 1]), [true, false]);
unary!(permute_210, permute_vjp([2, 1, 0]), [true, false]);
unary!(movedim_2_1, movedim_vjp(2, 1), [true, false, false]);
unary!(softmax_0, softmax_axis_vjp(0), [true, false]);
unary!(softmax_1, softmax_axis_vjp(1), [true, false]);
unary!(log_softmax_0, log_softmax_axis_vjp(0), [true, false]);
unary!(log_softmax_1, log_softmax_axis_vjp(1), [true, false]);
unary!(norm_0, norm_axis_vjp(0), [true, false]);
unary!(norm_1, norm_axis_vjp(1), [true, false]);
unary!(normalize_0, normalize_axis_vjp(0), [true, false]);
unary!(normalize_1, normalize_axis_vjp(1), [true, false]);
unary!(cumprod_0, cumprod_axis_vjp(0), [true, false]);
unary!(cumprod_1, cumprod_axis_vjp(1), [true, false]);
unary!(cumprod_features, cumprod_features_vjp(), [true]);

#[differentiable]
fn of_mask(x: &Tensor<DYN>) -> Tensor<DYN> {
    x.masked_select(&x.gt(0.3))
}

#[differentiable]
fn of_parts(x: &Tensor<DYN>) -> Tensor<DYN> {
    let parts: Vec<_> = x.unbind(1).iter().enumerate().map(|(i, part)| part * (i + 1) as f32).collect();
    Tensor::concat(&parts, 0)
}

macro_rules! body {
    ($test:ident, $function:ident $vjp:ident) => {
        #[test]
        fn $test() {
            let case = golden!("reordered", stringify!($test));
            let x = case.tensor::<DYN>("x");
            check(&case, nothing(), |_, _, dy: Tensor<DYN>| {
                let (y, pullback) = $vjp(&x);
                assert_eq!(y, $function(&x));
                (y, vec![input("x", pullback(dy, [true]).0)])
            });
        }
    };
}
body!(masked_select, of_mask of_mask_vjp);
body!(unbind, of_parts of_parts_vjp);

#[test]
fn products_of_repeated_batches() {
    for number in 0..5 {
        let case = golden!("reordered", &format!("matmul_{number}"));
        let (x, other) = (case.tensor::<3>("x"), case.tensor::<5>("other"));
        check(&case, nothing(), |_, _, dy| {
            let (y, pullback) = x.matmul_vjp(&other);
            let (dx, dother) = pullback(dy, [true, true]);
            (y, vec![input("x", dx), input("other", dother)])
        });
    }
}
