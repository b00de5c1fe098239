//! The core of tiedw: modules and ties, tensors, layers, losses and optimizers.
//!
//! Users depend on `tiedw`, which adds the macros.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[doc(hidden)]
pub mod buffer;
pub mod data;
pub mod diagram;
mod element;
mod init;
mod interop;
pub mod kernels;
pub mod layers;
pub mod loss;
pub mod module;
pub mod ops;
pub mod optim;
pub mod parallel;
pub mod param;
mod shape_error;
#[cfg(feature = "safetensors")]
pub mod state;
pub mod summary;
mod tensor;
mod value;
#[cfg(not(feature = "safetensors"))]
#[doc(hidden)]
pub mod without_safetensors;

#[cfg(feature = "approx")]
pub use approx;
pub use element::Element;
pub use module::{BiasStorage, Closed, Frozen, Init, Module, NoBias, Own, Owner, Path, Spec, Storage, Tied};
#[cfg(feature = "ndarray")]
pub use ndarray;
pub use param::{GateBias, Gates, Kernel, Kernel1d, Matrix, Parameter, ParameterMut, Vector};
pub use shape_error::ShapeError;
pub use tensor::{AttentionMask, Axes, Ids, Leading, Tensor};
pub use value::{Accumulate, AddTo, Cotangent, Discrete, NoGradient, Slot, Value, Weightless, stop_gradient};
