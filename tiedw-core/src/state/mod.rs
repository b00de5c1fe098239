//! Weights and training runs in files: `safetensors`, as PyTorch's tools write and read it.
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
//! # What a file holds
//!
//! Each parameter and each buffer once, under its owner's name. The other names of a shared weight stand in the
//! metadata, beside the name that is kept, as PyTorch's `safetensors.torch.save_model` writes them; its `load_model`
//! reads the file into a model with the same ties. What is tied by `.t()` has `.t()` after the name that is kept, and
//! loading checks that the model has it too.
//!
//! # What a file may hold
//!
//! Any name of a weight will do, because `save_model` keeps the alphabetically first, which may be that of the tied field;
//! a name that is tied by `.t()` holds the transpose. Where a file has several names of one weight their numbers must be
//! equal. Kernels of convolutions have PyTorch's axes in files, `[out, in, height, width]` or `[out, in, places]`, also in
//! the states of optimizers; in memory their inputs come last. Numbers may be `f16`, `bf16`, `f32` or `f64`. All that does not fit is reported together, as
//! [`CheckpointError::Mismatch`], and then the model is as it was. [`LoadOptions`] renames what other programs name
//! differently.

mod checkpoint;
mod contents;
mod error;
mod fit;
#[cfg(feature = "serde")]
mod nested;
mod numbers;
mod optimizer;
mod options;
mod replace;
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

/// A name within what `prefix` names.
fn within(prefix: &str, name: &str) -> String {
    match (prefix, name) {
        ("", name) => name.to_owned(),
        (prefix, "") => prefix.to_owned(),
        (prefix, name) => format!("{prefix}.{name}"),
    }
}
