//! Operations on tensors, each with its pullback.
//!
//! Each operation `f` has a companion `f_vjp`, which returns the value and a pullback. The pullback takes the
//! cotangent of the value and one flag per argument, whether its cotangent is requested, and returns the
//! cotangents of the arguments. Within `#[differentiable]` a call of `f` is replaced by one of `f_vjp`, and
//! an operator by a method of the trait in this module that is named after it.
//!
//! ```
//! use tiedw_core::Tensor;
//!
//! let x = Tensor::<2>::from_vec([1], vec![-1.0, 2.0]);
//! let (y, pullback) = x.relu_vjp();
//! assert_eq!(y, x.relu());
//! let (dx,) = pullback(Tensor::full([1], 10.0), [true]);
//! assert_eq!(dx.unwrap().as_slice(), [0.0, 10.0]);
//! ```

mod abs;
mod along;
mod argmax;
mod argmin;
mod arithmetic;
mod assigned;
mod bounded;
mod broadcast;
mod cast;
mod cat;
mod celu;
mod chunk;
mod clamp;
mod compare;
mod cos;
mod cosine_similarity;
mod cumprod;
mod cumsum;
mod einsum;
mod elementwise;
mod elu;
mod erf;
mod erfc;
mod exp;
mod expand;
mod expm1;
mod extreme;
mod features;
mod finite;
mod fixed;
mod flatten;
mod flip;
mod from_values;
mod full;
mod gather;
mod gather_along;
mod gelu;
mod gelu_tanh;
mod glu;
mod hardswish;
mod leaky_relu;
mod linear;
mod ln;
mod log1p;
mod log_sigmoid;
mod log_softmax;
mod logsumexp;
mod mask;
mod masked_fill;
mod masked_mean;
mod masked_select;
mod matmul;
mod max;
mod maximum;
mod mean;
mod min;
mod minimum;
mod mish;
mod moments;
mod nan_to_num;
mod neg;
mod norm;
mod normalize;
mod one_hot;
mod operands;
mod operators;
mod pad;
mod pairs;
mod parameters;
mod permute;
mod picked;
mod pooling;
mod powf;
mod powi;
mod prod;
mod pullback;
mod recip;
mod relu;
mod remainder;
mod repeat;
mod reshape;
mod roll;
mod rotary;
mod rounding;
mod rows;
mod rsqrt;
mod scale;
mod scaled_dot_product_attention;
mod select;
mod selu;
mod sigmoid;
mod sign;
mod silu;
mod sin;
mod slice;
mod softmax;
mod softmin;
mod softplus;
mod softsign;
mod sort;
mod split;
mod sqrt;
mod squeeze;
mod stack;
mod std;
mod sum;
mod tan;
mod tanh;
mod threshold;
mod transpose;
mod triangle;
mod unbind;
mod unfold;
mod var;
mod where_cond;

pub use arithmetic::{AddVjp, DivVjp, MulVjp, SubVjp};
#[doc(hidden)]
pub use assigned::{AssignsResult, assigns_result};
pub use compare::Comparand;
pub use linear::{linear, linear_vjp};
pub use neg::NegVjp;
#[doc(hidden)]
pub use operands::{Operands, OperatorWithCompanion, WithoutOperator};
pub(crate) use pooling::check_window;
pub(crate) use rotary::rotated;
pub(crate) use rows::rows_of;
pub(crate) use scaled_dot_product_attention::{check_heads, check_heads_at_run_time};
