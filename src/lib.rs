#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

pub use tiedw_core::*;
// By name, so that rustc reports the feature if it is off.
#[cfg(feature = "safetensors")]
pub use tiedw_core::state;
/// | attribute | on | meaning |
/// | --- | --- | --- |
/// | `#[tie(source)]` | a `Tied<M>` | borrows the field `source`, or a part of it |
/// | `#[tie(weight = source.weight)]` | a layer, or a module with open ties | ties `weight` |
/// | `#[tie]` | either | leaves the tie open, for the struct that contains this one |
/// | `#[module(skip)]` | any field | the field is not a part of the module; it starts as its `Default` |
/// | `#[module(init = zeros)]` | a field that is not tied as a whole | its parameters start as a function of [`init`](mod@init) says, which needs no import; a skipped field starts as the given value |
/// | `#[module(init = \|rng\| ..)]` | a field that is neither skipped nor tied as a whole | it starts as the closure's result |
/// | `#[module(sequential)]` | the struct | `forward` applies each field to the output of the one before |
/// | `#[module(parallel)]` | the struct | `forward` applies all fields to the same input, and returns a tuple |
/// | `#[module(crate = path)]` | the struct | the path of the crate `tiedw` |
///
/// ```
/// use tiedw::prelude::*;
///
/// #[derive(Module)]
/// #[module(sequential)]
/// struct Net {
///     first: Linear<4, 4>,
///     relu: Relu<4>,
///     #[tie(weight = first.weight.t())]
///     second: Linear<4, 4, Tied>,
/// }
/// const _: () = assert!(Net::NUM_PARAMETERS == 16 + 4 + 4);
/// assert_eq!(Net::SPEC.ties(), [("second.weight", "first.weight.t()")]);
/// ```
///
/// A module may hold no weights at all. Its element type, which has to be that of the module around it, is then its first type
/// parameter that is an [`Element`], or else `f32`.
///
/// See [`ties`] for the forms of ties.
pub use tiedw_macros::Module;
/// Makes a struct or an enum of values a value, which a differentiable body may build, take apart and return.
///
/// | attribute | on | meaning |
/// | --- | --- | --- |
/// | `#[constant]` | a field | it carries no gradient, whatever its type is |
/// | `#[value(crate = path)]` | the type | the path of the crate `tiedw` |
///
/// The cotangent of a `State` is a `StateCotangent`, with an `Option` for each field.
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw::prelude::*;
///
/// #[derive(Value, Clone)]
/// struct State {
///     h: Tensor<2>,
///     steps: usize,
/// }
///
/// #[derive(Module)]
/// struct Cell {
///     fc: Linear<2, 2>,
/// }
///
/// #[differentiable]
/// impl Cell {
///     fn step(&self, state: &State) -> State {
///         State { h: self.fc.forward(&state.h).tanh(), steps: state.steps + 1 }
///     }
///     fn loss(&self, x: &Tensor<2>) -> f32 {
///         let mut state = State { h: x.clone(), steps: 0 };
///         while state.steps < 3 {
///             state = self.step(&state);
///         }
///         state.h.sum()
///     }
/// }
///
/// let cell = Cell::init(&mut StdRng::seed_from_u64(0));
/// let (loss, grads) = cell.loss_and_grad(&Tensor::full([1], 1.0));
/// assert!(loss == cell.loss(&Tensor::full([1], 1.0)) && grads.fc != cell.zeros_like().fc);
/// ```
pub use tiedw_macros::Value;
/// Generates for each method `m` a method `m_vjp`, which returns the value and a pullback, and if the value
/// is a scalar, or a tuple that starts with one, also `m_and_grad` and `m_and_accumulate`. On a function `f`, `f_vjp`.
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw::prelude::*;
///
/// #[derive(Module)]
/// struct Net {
///     fc: Linear<2, 1>,
/// }
///
/// #[differentiable]
/// impl Net {
///     fn forward(&self, x: &Tensor<2>) -> Tensor<1> {
///         self.fc.forward(x).tanh()
///     }
///     fn loss(&self, x: &Tensor<2>, target: &Tensor<1>) -> f32 {
///         mse_loss(&self.forward(x), target)
///     }
/// }
///
/// let net = Net::init(&mut StdRng::seed_from_u64(0));
/// let (x, target) = (Tensor::full([3], 1.0), Tensor::zeros([3]));
/// let (loss, grads) = net.loss_and_grad(&x, &target); // grads: Net
/// let mut sum = net.zeros_like();
/// assert_eq!(net.loss_and_accumulate(&mut sum, &x, &target), loss);
/// assert!(sum.fc == grads.fc);
/// ```
///
/// | form | on | meaning |
/// | --- | --- | --- |
/// | `#[differentiable]` | an impl block of a module | companions of its methods |
/// | `#[differentiable]` | an impl of a trait for a module | the same; of [`Layer`](layers::Layer), the module is a layer |
/// | `#[differentiable]` | a function | its companion |
/// | `#[differentiable]` | the definition of a trait `T` | `TView`, the trait for views, whose methods have companions |
/// | `#[differentiable(trait)]` | an impl of such a trait | implements `TView`, too |
/// | `#[differentiable(value)]` | an impl block of a struct or an enum of values | companions of its methods |
/// | `#[differentiable(recursive)]` | a function, an impl block | they call others, which call them, in another file |
/// | `#[differentiable(crate = path)]` | any | the path of the crate `tiedw` |
///
/// See [`bodies`] for the supported language, and for an example of a trait.
pub use tiedw_macros::differentiable;

#[doc(hidden)]
pub use tiedw_core::__private;
// rustc names it by this path.
#[doc(hidden)]
pub use tiedw_core::__private::HiddenOperation;

/// The most common imports.
///
/// ```
/// use tiedw::prelude::*;
///
/// #[derive(Module, Clone)]
/// struct Pair {
///     left: Vector<2>,
///     #[tie(left)]
///     right: Tied<Vector<2>>,
/// }
///
/// let mut pair = Pair { left: [1.0, 2.0].into(), right: Tied::new() };
/// let gradient = pair.clone();
/// Sgd::new(0.5).step(&mut pair, &gradient);
/// assert_eq!(pair.view().right.as_slice(), [0.5, 1.0]);
/// ```
pub mod prelude {
    pub use tiedw_core::layers::{
        AvgPool2d, BatchNorm, BatchStatistics, Conv1d, Conv2d, Dropout, Embedding, Evaluation, Flatten,
        Forward, Gelu, GeluTanh, GlobalAvgPool2d, GroupNorm, Gru, InstanceNorm, Layer, LayerNorm, Linear,
        LogSoftmax, Lstm, MaxPool2d, MultiHeadAttention, PRelu, PositionalEmbedding, Randomness, Relu,
        Residual, RmsNorm, Sigmoid, Silu, Softmax, Tanh, WithElem, WithoutBias,
    };
    pub use tiedw_core::loss::*;
    pub use tiedw_core::optim::{
        Adam, AdamW, Constant, Cosine, ExponentialMovingAverage, Lion, OneCycle, Optimizer, RmsProp,
        Schedule, Sgd, StepDecay, clip_grad_norm, clip_grad_value,
    };
    #[cfg(feature = "serde")]
    pub use tiedw_core::state::StateDict;
    #[cfg(feature = "safetensors")]
    pub use tiedw_core::state::{Checkpoint, CheckpointError, LoadOptions, OptimizerCheckpoint};
    #[cfg(not(feature = "safetensors"))]
    pub use tiedw_core::without_safetensors::{Checkpoint as _, OptimizerCheckpoint as _};
    pub use tiedw_core::{
        AttentionMask, Closed, Count, DYN, Element, Frozen, Ids, Init, Mask, Matrix, Module, NoBias, Own,
        Real, Tensor, Tied, Value, Vector, stop_gradient,
    };
    pub use tiedw_macros::{Module, Value, differentiable};
}

/// The forms of ties, known pitfalls of ties elsewhere, and when mistakes are reported.
#[doc = include_str!("../docs/ties.md")]
pub mod ties {}

/// The language of differentiable bodies.
#[doc = include_str!("../docs/bodies.md")]
pub mod bodies {}

/// Why a body that compiles loses no gradient.
#[doc = include_str!("../docs/soundness.md")]
pub mod soundness {}

/// How to write operations and layers.
#[doc = include_str!("../docs/operations.md")]
pub mod operations {}

/// Saving and loading weights, including files of other programs.
#[cfg(feature = "safetensors")]
#[doc = include_str!("../docs/checkpoints.md")]
pub mod checkpoints {}

/// PyTorch's terms and those of this crate, and limitations.
#[doc = include_str!("../docs/from_pytorch.md")]
pub mod from_pytorch {}

/// What to write for the functions of PyTorch.
#[doc = include_str!("../docs/names.md")]
pub mod names {}

/// The generated code for a tied pair.
#[doc = include_str!("../docs/generated.md")]
pub mod generated {}

/// The cost of several ranks, and when they stop paying off.
#[doc = include_str!("../docs/scaling.md")]
pub mod scaling {}

/// The time of a training step, compared with other frameworks, and what bounds it.
#[doc = include_str!("../docs/performance.md")]
pub mod performance {}
