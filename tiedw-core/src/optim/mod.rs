//! Optimizers: each keeps a module as its state, with the same ties as the model.

mod adam;
mod adam_w;
mod clip;
mod decay;
mod ema;
mod lion;
mod rms_prop;
mod schedule;
mod sgd;
mod state;

pub use adam::Adam;
pub use adam_w::AdamW;
pub use clip::{clip_grad_norm, clip_grad_value};
pub use ema::ExponentialMovingAverage;
pub use lion::Lion;
pub use rms_prop::RmsProp;
pub use schedule::{Constant, Cosine, OneCycle, Schedule, StepDecay, WarmUp};
pub use sgd::Sgd;
pub use state::OptimizerState;
use state::optimizer_state;
