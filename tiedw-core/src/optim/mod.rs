//! Optimizers: each keeps a module as its state, with the same ties as the model.

mod adam;
mod sgd;

pub use adam::Adam;
pub use sgd::Sgd;
