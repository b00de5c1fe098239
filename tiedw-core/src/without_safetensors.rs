//! A stand-in for `state` without its feature: methods that cannot be called, and whose error message names
//! the feature.

use std::convert::Infallible;
use std::path::Path;

use crate::optim::OptimizerState;
use crate::{Closed, Module};

/// Types that can be in a file: none, without the feature.
#[diagnostic::on_unimplemented(
    message = "files of models and optimizers need the feature `safetensors` of tiedw, which is off",
    label = "needs the feature `safetensors`",
    note = "in Cargo.toml write `tiedw = {{ version = \"..\", features = [\"safetensors\"] }}`, \
            or run `cargo add tiedw --features safetensors`"
)]
pub trait Files {
    /// Never called.
    fn none() -> !;
}

/// `state::Checkpoint`.
pub trait Checkpoint: Module + Closed {
    /// `state::Checkpoint::save`.
    fn save(&self, _: impl AsRef<Path>) -> Result<(), Infallible>
    where
        Self: Files,
    {
        Self::none()
    }

    /// `state::Checkpoint::load`.
    fn load(&mut self, _: impl AsRef<Path>) -> Result<(), Infallible>
    where
        Self: Files,
    {
        Self::none()
    }

    /// `state::Checkpoint::to_bytes`.
    fn to_bytes(&self) -> Vec<u8>
    where
        Self: Files,
    {
        Self::none()
    }

    /// `state::Checkpoint::load_bytes`.
    fn load_bytes(&mut self, _: &[u8]) -> Result<(), Infallible>
    where
        Self: Files,
    {
        Self::none()
    }
}

impl<M: Module + Closed> Checkpoint for M {}

/// `state::OptimizerCheckpoint`.
pub trait OptimizerCheckpoint<M: Module>: OptimizerState<M> {
    /// `state::OptimizerCheckpoint::save`.
    fn save(&self, _: impl AsRef<Path>) -> Result<(), Infallible>
    where
        Self: Files,
    {
        Self::none()
    }

    /// `state::OptimizerCheckpoint::load`.
    fn load(&mut self, _: impl AsRef<Path>, _: &M) -> Result<(), Infallible>
    where
        Self: Files,
    {
        Self::none()
    }

    /// `state::OptimizerCheckpoint::to_bytes`.
    fn to_bytes(&self) -> Vec<u8>
    where
        Self: Files,
    {
        Self::none()
    }

    /// `state::OptimizerCheckpoint::load_bytes`.
    fn load_bytes(&mut self, _: &[u8], _: &M) -> Result<(), Infallible>
    where
        Self: Files,
    {
        Self::none()
    }
}

impl<M: Module, O: OptimizerState<M>> OptimizerCheckpoint<M> for O {}
