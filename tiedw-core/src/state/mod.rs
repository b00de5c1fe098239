//! Saving and loading of weights and training runs as `safetensors`, compatible with PyTorch.
//!
//! ```
//! use rand::{SeedableRng, rngs::StdRng};
//! use tiedw_core::{Init, layers::Linear, state::Checkpoint};
//!
//! let rng = &mut StdRng::seed_from_u64(0);
//! let trained = Linear::<10, 5>::init(rng);
//! let path = std::env::temp_dir().join(format!("linear-{}.safetensors", std::process::id()));
//! trained.save(&path)?;
//!
//! let mut loaded = Linear::<10, 5>::init(rng);
//! loaded.load(&path)?;
//! assert_eq!(loaded, trained);
//! # std::fs::remove_file(&path).unwrap();
//! # Ok::<(), tiedw_core::state::CheckpointError>(())
//! ```
//!
//! # File contents
//!
//! A file contains each parameter and each buffer once, under its owner's name. The metadata maps the other
//! names of a tied weight to the stored one, as PyTorch's `safetensors.torch.save_model` does; `load_model`
//! reads the file into a model with the same ties. For a transposed tie, `.t()` is appended to the stored
//! name, and loading checks that the model has it, too.
//!
//! # Accepted files
//!
//! A weight may be stored under any of its names, since `save_model` keeps the alphabetically first one,
//! which may be that of the tied field. A name that is tied by `.t()` contains the transpose. If a file
//! contains several names of one weight, their elements must be equal. Convolution kernels have PyTorch's
//! axes in files, `[out, in, height, width]` or `[out, in, kernel]`, also in the states of optimizers; in
//! memory their input channels are last. Elements may be `f16`, `bf16`, `f32` or `f64`. All mismatches are
//! reported together, as [`CheckpointError::Mismatch`], and the model is then unchanged. [`LoadOptions`] maps
//! the names of other programs.
//!
//! # Models from files
//!
//! [`Checkpoint::open`] and [`LoadOptions::open`] create a model from the names and shapes in a file.

mod checkpoint;
mod contents;
mod error;
mod fit;
#[cfg(feature = "serde")]
mod nested;
mod numbers;
mod open;
mod optimizer;
mod options;
mod replace;
mod source;
#[cfg(feature = "serde")]
mod state_dict;
mod tensors;
mod training;

pub use checkpoint::Checkpoint;
pub use error::{CheckpointError, Mismatch};
pub use optimizer::OptimizerCheckpoint;
pub use options::{LoadOptions, Loaded};
#[cfg(feature = "serde")]
pub use state_dict::StateDict;
pub use training::{load_training, save_training};

/// Prepends `prefix` to a name.
fn within(prefix: &str, name: &str) -> String {
    match (prefix, name) {
        ("", name) => name.to_owned(),
        (prefix, "") => prefix.to_owned(),
        (prefix, name) => format!("{prefix}.{name}"),
    }
}
