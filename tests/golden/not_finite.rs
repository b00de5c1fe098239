//! Propagation of NaN and infinity, forward and backward.

use tiedw::ops::{AddVjp, DivVjp, MulVjp, SubVjp};
use tiedw::prelude::*;

use crate::golden::{Golden, close};
use crate::run::{golden, rng};

/// The result of an operation.
trait Numbers {
    fn read(node: &Golden) -> Self;
    fn elements(&self) -> Vec<f32>;
}

impl<const F: usize> Numbers for Tensor<F> {
    fn read(node: &Golden) -> Self {
        let shape = node.at("shape").indices();
        Tensor::from_vec(&shape[..shape.len() - 1], node.all_numbers())
    }

    fn elements(&self) -> Vec<f32> {
        self.as_slice().to_vec()
    }
}

impl Numbers for f32 {
    fn read(node: &Golden) -> Self {
        node.all_numbers()[0]
    }

    fn elements(&self) -> Vec<f32> {
        vec![*self]
    }
}

fn x() -> Tensor<6> {
    Tensor::read(&golden!("not_finite", "x"))
}

/// Asserts that the values equal PyTorch's, including NaN and infinity.
fn same(name: &str, case: &Golden, key: &str, ours: Vec<f32>) {
    let expected = case.at(key).all_numbers();
    assert_eq!(ours.len(), expected.len(), "{name}: {key}");
    for (at, (ours, expected)) in ours.into_iter().zip(expected).enumerate() {
        let same = ours == expected || ours.is_nan() && expected.is_nan() || close(ours, expected, 1e-6);
        assert!(same, "{name}: {key}[{at}] is {ours} here, {expected} in PyTorch");
    }
}

/// Checks an operation; `derivative` calls the pullback and returns the cotangents of the inputs.
fn check<Y: Numbers>(name: &str, y: Y, derivative: impl FnOnce(Y) -> Vec<Vec<f32>>) {
    let case = golden!("not_finite", name);
    same(name, &case, "y", y.elements());
    let cotangents = derivative(Y::read(&case.at("dy")));
    for (key, cotangent) in ["dx", "dother"].into_iter().zip(cotangents) {
        same(name, &case, key, cotangent);
    }
}

/// An operation on one tensor.
macro_rules! unary {
    ($name:ident, $vjp:expr $(, $unwanted:ident)*) => {
        #[test]
        fn $name() {
            let (y, pullback) = $vjp;
            check(stringify!($name), y, |d| vec![pullback(d, [true $(, $unwanted)*]).0.unwrap().into_vec()]);
        }
    };
}
unary!(relu, x().relu_vjp());
unary!(tanh, x().tanh_vjp());
unary!(sigmoid, x().sigmoid_vjp());
unary!(gelu, x().gelu_vjp());
unary!(gelu_tanh, x().gelu_tanh_vjp());
unary!(silu, x().silu_vjp());
unary!(softmax, x().softmax_vjp());
unary!(log_softmax, x().log_softmax_vjp());
unary!(exp, x().exp_vjp());
unary!(ln, x().ln_vjp());
unary!(sqrt, x().sqrt_vjp());
unary!(abs, x().abs_vjp());
unary!(powi, x().powi_vjp(3), false);
unary!(clamp, x().clamp_vjp(-1.0, 1.0), false, false);
unary!(norm, x().norm_features_vjp());
unary!(normalize, x().normalize_vjp());
unary!(sum_features, x().sum_features_vjp());
unary!(mean_features, x().mean_features_vjp());
unary!(sum_rows, x().sum_rows_vjp());
unary!(mean_rows, x().mean_rows_vjp());
unary!(expm1, x().expm1_vjp());
unary!(log1p, x().log1p_vjp());
unary!(sin, x().sin_vjp());
unary!(rsqrt, x().rsqrt_vjp());
unary!(recip, x().recip_vjp());
unary!(erf, x().erf_vjp());
unary!(sign, x().sign_vjp());
unary!(softplus, x().softplus_vjp());
unary!(log_sigmoid, x().log_sigmoid_vjp());
unary!(hardswish, x().hardswish_vjp());
unary!(leaky_relu, x().leaky_relu_vjp(0.2), false);
unary!(elu, x().elu_vjp(1.5), false);
unary!(selu, x().selu_vjp());
unary!(powf, x().powf_vjp(0.5), false);
unary!(glu, x().glu_vjp::<3>());
unary!(max_features, x().max_features_vjp());
unary!(min_rows, x().min_axis_vjp(0), false);
unary!(max_of_all, x().max_vjp());
unary!(var_features, x().var_features_vjp());
unary!(std_rows, x().std_axis_vjp(0), false);
unary!(logsumexp_features, x().logsumexp_features_vjp());
unary!(logsumexp_rows, x().logsumexp_axis_vjp(0), false);
unary!(cumsum_features, x().cumsum_features_vjp());
unary!(max_pool2d, plane().max_pool2d_vjp::<3, 1, 0>());
unary!(avg_pool2d, plane().avg_pool2d_vjp::<3, 1, 0>());
unary!(bce_with_logits, bce_with_logits_loss_vjp(&x(), &Tensor::full([7], 0.5)), false);
unary!(cross_entropy, cross_entropy_loss_vjp(&x(), &[0, 1, 2, 3, 4, 5, 0]), false);

fn plane() -> Tensor<1> {
    x().unflatten([7, 6])
}

/// An operation on two tensors.
macro_rules! binary {
    ($name:ident, |$x:ident, $other:ident| $vjp:expr $(, $unwanted:ident)*) => {
        #[test]
        fn $name() {
            let ($x, $other) = (x(), Tensor::<6>::read(&golden!("not_finite", "other")));
            let (y, pullback) = $vjp;
            check(stringify!($name), y, |d| {
                let d = pullback(d, [true, true $(, $unwanted)*]);
                vec![d.0.unwrap().into_vec(), d.1.unwrap().into_vec()]
            });
        }
    };
}
binary!(add, |x, other| x.add_vjp(&other));
binary!(sub, |x, other| x.sub_vjp(&other));
binary!(mul, |x, other| x.mul_vjp(&other));
binary!(div, |x, other| x.div_vjp(&other));
binary!(maximum, |x, other| x.maximum_vjp(&other));
binary!(minimum, |x, other| x.minimum_vjp(&other));
binary!(matmul_t, |x, other| x.matmul_t_vjp::<7>(&other));
binary!(cosine_similarity, |x, other| x.cosine_similarity_vjp(&other));
binary!(mse, |x, other| mse_loss_vjp(&x, &other));
binary!(l1, |x, other| l1_loss_vjp(&x, &other));
binary!(huber, |x, other| huber_loss_vjp(&x, &other, 1.0), false);

/// A layer.
macro_rules! layer {
    ($name:ident, $layer:expr) => {
        #[test]
        fn $name() {
            let layer = $layer;
            let (y, pullback) = layer.forward_vjp(&x());
            let mut gradient = layer.zeros_like();
            check(stringify!($name), y, |d| vec![pullback(d, &mut gradient, [true]).0.unwrap().into_vec()]);
        }
    };
}
layer!(layer_norm, LayerNorm::<6>::init(&mut rng()));
layer!(rms_norm, RmsNorm::<6> { eps: 1e-5, ..RmsNorm::init(&mut rng()) });
layer!(linear, {
    let [weight, bias] = ["weight", "bias"].map(|name| golden!("not_finite", name).all_numbers());
    Linear::<6, 6> { weight: Matrix::from_vec(weight), bias: Vector::from_vec(bias) }
});
