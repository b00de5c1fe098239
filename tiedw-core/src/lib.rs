//! The core of tiedw: modules and ties, tensors, layers, losses and optimizers.
//!
//! Users depend on `tiedw`, which adds the macros.
//!
//! ```
//! use tiedw_core::layers::{Layer, Linear};
//! use tiedw_core::{Module, Tensor, loss::mse_loss_vjp, optim::Sgd};
//!
//! let mut net = Linear::<2, 1> { weight: [[1.0, 2.0]].into(), bias: [0.0].into() };
//! let (x, target) = (Tensor::full([1], 1.0), Tensor::zeros([1]));
//! let (y, of_net) = net.forward_vjp(&x);
//! let (loss, of_loss) = mse_loss_vjp(&y, &target);
//! let mut gradient = net.zeros_like();
//! of_net(of_loss(1.0, [true, false]).0.unwrap(), &mut gradient, [false]);
//! Sgd::new(0.1).step(&mut net, &gradient);
//! assert!(mse_loss_vjp(&net.forward(&x), &target).0 < loss);
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(test)]
mod architecture;
mod axes;
mod batch_part;
mod const_text;
mod count;
pub mod data;
mod derive_macros;
pub mod diagram;
mod dual;
mod element;
mod environment;
pub mod functional;
pub mod init;
mod interop;
pub mod kernels;
pub mod layers;
pub mod loss;
pub mod module;
pub mod ops;
pub mod optim;
pub mod parallel;
pub mod param;
#[doc(hidden)]
pub mod pooled_vec;
mod shape_error;
mod size;
#[cfg(feature = "safetensors")]
pub mod state;
pub mod summary;
mod tensor;
pub mod testing;
mod value;
#[cfg(not(feature = "safetensors"))]
#[doc(hidden)]
pub mod without_safetensors;

#[cfg(feature = "approx")]
pub use approx;
pub use axes::{Axes, Leading};
pub use count::Count;
pub use dual::{Dual, Lift};
pub use element::{Element, Real};
pub use module::{BiasStorage, Closed, Frozen, Init, Module, NoBias, Own, Owner, Path, Spec, Storage, Tied};
#[cfg(feature = "ndarray")]
pub use ndarray;
pub use param::{Filter1d, Filter2d, GateBias, Gates, Matrix, Parameter, ParameterMut, StateMut, Vector};
pub use shape_error::ShapeError;
pub use size::DYN;
pub use tensor::{AttentionMask, Ids, Mask, Tensor};
pub use value::{
    Accumulate, CarriesGradient, Cotangent, Discrete, ListCotangent, NoGradient, Value, stop_gradient,
};
// Named only by generated code.
#[doc(hidden)]
pub use value::{
    AddTo, CalledField, CalledInBodies, CloneWithCompanion, DifferentiableMethod, Flag,
    FunctionWithCompanion, InForwardMode, KeptCopy, Legible, MarkedMethod, MethodOfDataWithCompanion,
    MethodOfNumber, MethodWithCompanion, NoCompanion, NoParameter, OfPart, OfSetting, OutsideOfBodies,
    PassedWithCompanion, Present, PullbackOfData, PullbackOfField, Receiver, Slot, TakesClosures, Uncloned,
    Weightless, WithoutCompanion,
};
