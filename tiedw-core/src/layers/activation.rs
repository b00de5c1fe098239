//! Activation functions as layers.

use super::support::function_layer;

macro_rules! activations {
    ($($doc:literal $layer:ident, $view:ident, $operation:ident, $operation_vjp:ident;)+) => {
        $(function_layer! {
            #[doc = concat!("[`", stringify!($operation), "`](crate::Tensor::", stringify!($operation), ") as a layer: ", $doc)]
            ///
            /// ```
            /// use tiedw_core::Tensor;
            #[doc = concat!("use tiedw_core::layers::{Layer, ", stringify!($layer), "};")]
            ///
            /// let x = Tensor::from_vec([1], vec![-1.0, 2.0]);
            #[doc = concat!("let layer = ", stringify!($layer), "::<2>::new();")]
            #[doc = concat!("assert_eq!(layer.forward(&x), x.", stringify!($operation), "());")]
            /// ```
            $layer,
            ///
            /// ```
            #[doc = concat!("use tiedw_core::{Module, Tensor, layers::", stringify!($layer), "};")]
            ///
            #[doc = concat!("let layer = ", stringify!($layer), "::<2>::new();")]
            /// let (x, d) = (Tensor::from_vec([1], vec![-1.0, 2.0]), Tensor::full([1], 1.0));
            /// let (_, pullback) = layer.view().forward_vjp(&x);
            /// let (dx,) = pullback(d.clone(), layer.view(), [true]);
            #[doc = concat!("assert_eq!(dx, x.", stringify!($operation_vjp), "().1(d, [true]).0);")]
            /// ```
            $view [F];
            Tensor<F, E> => Tensor<F, E>;
            $operation, $operation_vjp
        })+
    };
}

activations! {
    "max(x, 0)." Relu, ReluView, relu, relu_vjp;
    "1 / (1 + exp(-x))." Sigmoid, SigmoidView, sigmoid, sigmoid_vjp;
    "the hyperbolic tangent." Tanh, TanhView, tanh, tanh_vjp;
    "x Φ(x)." Gelu, GeluView, gelu, gelu_vjp;
    "x Φ(x), approximated by a hyperbolic tangent." GeluTanh, GeluTanhView, gelu_tanh, gelu_tanh_vjp;
    "x / (1 + exp(-x))." Silu, SiluView, silu, silu_vjp;
    "exp(x) / Σ exp(x) over the features." Softmax, SoftmaxView, softmax, softmax_vjp;
    "x - ln Σ exp(x) over the features." LogSoftmax, LogSoftmaxView, log_softmax, log_softmax_vjp;
}
