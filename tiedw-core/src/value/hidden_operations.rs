//! A check that rustc calls an operation of tensors where a body calls a method of its name.
//!
//! A trait with a method `sum(self)` for `Tensor<4>` hides the operation `sum(&self)`, which rustc would find one step later: the
//! value would be that of the trait and the gradient that of the operation. A check beside each body calls its methods on a tensor
//! and on parameters, with this trait in scope, of which rustc finds the methods in the step of the hiding one. If
//! there is one, both apply, and that is an error. The check never runs.
//!
//! Sizes and element types are open while the methods are looked up, so that a trait for tensors of one size is found. Each
//! operation is called on all kinds of receivers in one chain, since after a first error rustc reports none of the rest.

use crate::element::Element;
use crate::param::{Filter1dView, Filter2dView, GateBiasView, GatesView, MatrixView, VectorView};
use crate::tensor::Tensor;

macro_rules! operations {
    ($($name:ident)*) => {
        /// The operations, called by value, each with what is tried next.
        #[doc(hidden)]
        #[allow(clippy::wrong_self_convention, reason = "they are called by value, as those that hide operations")]
        pub trait HiddenOperation<Next>: Sized {
            $(#[doc(hidden)]
            fn $name(self) -> Next {
                unreachable!()
            })*
        }
    };
}

operations! {
    abs acos acosh argmax argmax_axis argmin argmin_axis argsort argsort_axis asin asinh atan atan2
    atanh attend avg_pool2d avg_pool2d_with broadcast_to cast cat cat_axis cbrt ceil celu chunk
    clamp clamp_max clamp_min cos cosh cosine_similarity cumprod_axis cumprod_features cumsum_axis
    cumsum_features dynamic elu erf erfc exp exp2 expand expm1 fixed flatten flip floor fract gather
    gather_axis gather_features geglu gelu gelu_tanh global_avg_pool2d glu hardsigmoid hardswish
    hardtanh hypot index_select is_finite is_infinite is_nan leaky_relu lerp ln log10 log1p log2
    log_sigmoid log_softmax log_softmax_axis logaddexp logsumexp logsumexp_axis logsumexp_features
    masked_fill masked_mean masked_select masked_sum matmul matmul_t max max_axis max_features
    max_pool2d max_pool2d_with maximum mean mean_axis mean_features mean_rows min min_axis
    min_features minimum mish movedim nan_to_num narrow norm norm_axis norm_features normalize
    normalize_axis pad_axis pad_axis_circular pad_axis_reflect pad_axis_replicate permute pow powf
    powi prelu prod prod_axis prod_features recip relu relu6 remainder repeat_axis repeat_interleave
    reshape roll rotary rotary_from rotate round rsqrt scale scaled_dot_product_attention
    scatter_add_axis scatter_add_features select selu sigmoid sign silu sin sinh slice slice_axis
    softmax softmax_axis softmin softplus softsign sort sort_axis split sqrt square squeeze std
    std_axis std_axis_with std_features std_features_with std_with sum sum_axis sum_features
    sum_rows swiglu tan tanh threshold topk topk_axis transpose tril triu trunc unbind unflatten
    unfold unsqueeze var var_axis var_axis_with var_features var_features_with var_with xlogy
}

/// A tensor of open size and element type, which is tried first.
pub fn any_tensor<const F: usize, E: Element>() -> Tensor<F, E> {
    unreachable!()
}

/// The end of a check.
pub struct Checked;

/// What each receiver is followed by. It has the sizes of the receiver, which stay open until the last closes them.
macro_rules! followed {
    ($($receiver:ty [$($size:ident)*] => $next:ty;)*) => {
        $(
            impl<'a, $(const $size: usize,)* E: Element> HiddenOperation<$next> for $receiver {}
            impl<'a, $(const $size: usize,)* E: Element> HiddenOperation<&'a $next> for &'a $receiver {}
        )*
    };
}

followed! {
    VectorView<'a, A, E> [A B] => GateBiasView<'a, A, B, E>;
    GateBiasView<'a, A, B, E> [A B] => MatrixView<'a, A, B, E>;
    MatrixView<'a, A, B, E> [A B C] => Filter1dView<'a, A, B, C, E>;
    Filter1dView<'a, A, B, C, E> [A B C] => GatesView<'a, A, B, C, E>;
    GatesView<'a, A, B, C, E> [A B C D] => Filter2dView<'a, A, B, C, D, E>;
}

type Last<'a> = Filter2dView<'a, 1, 1, 1, 1>;

impl<'a, const A: usize, E: Element> HiddenOperation<VectorView<'a, A, E>> for Tensor<A, E> {}
impl<'a, const A: usize, E: Element> HiddenOperation<&'a VectorView<'a, A, E>> for Last<'a> {}
impl HiddenOperation<Checked> for &Last<'_> {}
