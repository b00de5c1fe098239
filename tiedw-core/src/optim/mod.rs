//! Optimizers. Their states are modules with the same ties as the model.
//!
//! ```
//! use tiedw_core::{Vector, optim::{Adam, Sgd}};
//!
//! let gradient = Vector::<2>::from_vec(vec![1.0, -4.0]);
//! let mut weights = Vector::zeros();
//! Sgd::new(0.5).step(&mut weights, &gradient);
//! assert_eq!(weights.as_slice(), [-0.5, 2.0]);
//!
//! // The first step of Adam has the same size for each element.
//! let mut weights = Vector::zeros();
//! Adam::new(0.5).step(&mut weights, &gradient);
//! assert!((weights[0] + 0.5).abs() < 1e-5 && (weights[1] - 0.5).abs() < 1e-5);
//! ```

mod adam;
mod adam_w;
mod clip;
mod decay;
mod ema;
mod lion;
mod optimizer;
mod rms_prop;
mod schedule;
mod sgd;
mod state;
mod structure;

pub use adam::Adam;
pub use adam_w::AdamW;
pub use clip::{clip_grad_norm, clip_grad_value};
pub use ema::ExponentialMovingAverage;
pub use lion::Lion;
pub use optimizer::Optimizer;
use optimizer::optimizer;
pub use rms_prop::RmsProp;
pub use schedule::{Constant, Cosine, OneCycle, Schedule, StepDecay, WarmUp};
pub use sgd::Sgd;
pub use state::OptimizerState;
pub(crate) use structure::Structure;
