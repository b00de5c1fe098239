//! A stand-in for `state` without its feature: methods that cannot be called, and whose error message names
//! the feature.

use std::convert::Infallible;
use std::path::Path;

use crate::optim::OptimizerState;
use crate::{Closed, Module, Real};

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

/// The methods of both traits. Those that load may take another argument, of type `module`.
macro_rules! methods {
    ($($module:ty)?) => {
        /// Saves to a file.
        fn save(&self, _: impl AsRef<Path>) -> Result<(), Infallible>
        where
            Self: Files,
        {
            Self::none()
        }

        /// Loads a file.
        fn load(&mut self, _: impl AsRef<Path> $(, _: $module)?) -> Result<(), Infallible>
        where
            Self: Files,
        {
            Self::none()
        }

        /// Returns the bytes of a file.
        fn to_bytes(&self) -> Vec<u8>
        where
            Self: Files,
        {
            Self::none()
        }

        /// Loads the bytes of a file.
        fn load_bytes(&mut self, _: &[u8] $(, _: $module)?) -> Result<(), Infallible>
        where
            Self: Files,
        {
            Self::none()
        }
    };
}

/// `state::Checkpoint`.
pub trait Checkpoint: Module<Elem: Real> + Closed {
    methods! {}

    /// Creates a model from a file.
    fn open(_: impl AsRef<Path>) -> Result<Self, Infallible>
    where
        Self: Files,
    {
        Self::none()
    }

    /// Creates a model from the bytes of a file.
    fn open_bytes(_: &[u8]) -> Result<Self, Infallible>
    where
        Self: Files,
    {
        Self::none()
    }
}

impl<M: Module<Elem: Real> + Closed> Checkpoint for M {}

/// `state::OptimizerCheckpoint`.
pub trait OptimizerCheckpoint<M: Module<Elem: Real>>: OptimizerState<M> {
    methods! { &M }
}

impl<M: Module<Elem: Real>, O: OptimizerState<M>> OptimizerCheckpoint<M> for O {}
