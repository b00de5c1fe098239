use std::path::Path;

use super::contents::Contents;
use super::{CheckpointError, LoadOptions};
use crate::module::FromShapes;
use crate::{Closed, Module, Real};

/// Saves and loads the weights of a module. Implemented for every closed module.
///
/// ```
/// use tiedw_core::{Vector, state::Checkpoint};
///
/// let trained = Vector::<2>::from_vec(vec![1.0, 2.0]);
/// let mut weights = Vector::<2>::zeros();
/// weights.load_bytes(&trained.to_bytes())?;
/// assert_eq!(weights, trained);
/// # Ok::<(), tiedw_core::state::CheckpointError>(())
/// ```
pub trait Checkpoint: Module<Elem: Real> + Closed {
    /// Writes a `safetensors` file with each parameter and buffer once, under its owner's name.
    ///
    /// The file is written to a temporary file beside `path`, synced and renamed. After a crash, `path`
    /// contains either the complete old file or the complete new one.
    ///
    /// # Errors
    /// If the file cannot be written.
    fn save(&self, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
        contents(self).save(path.as_ref())
    }

    /// Reads a `safetensors` file, which must contain each parameter and buffer, under any of its names, and
    /// nothing else. For other files see [`LoadOptions`].
    ///
    /// The file is memory-mapped, so no program may write to it during the call. Replacing it, as
    /// [`save`](Checkpoint::save) does, is safe.
    ///
    /// # Errors
    /// If the file cannot be read or does not match the module, which is then unchanged.
    fn load(&mut self, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
        LoadOptions::new().load(self, path).map(drop)
    }

    /// Creates a model from a `safetensors` file alone: see [`LoadOptions::open`].
    ///
    /// ```
    /// use tiedw_core::{DYN, Vector, state::Checkpoint};
    ///
    /// let path = std::env::temp_dir().join(format!("vector-{}.safetensors", std::process::id()));
    /// Vector::from([1.0, 2.0]).save(&path)?;
    /// assert_eq!(Vector::<DYN>::open(&path)?.as_slice(), [1.0, 2.0]);
    /// # std::fs::remove_file(&path).unwrap();
    /// # Ok::<(), tiedw_core::state::CheckpointError>(())
    /// ```
    ///
    /// # Errors
    /// If the file cannot be read or does not match the type.
    fn open(path: impl AsRef<Path>) -> Result<Self, CheckpointError>
    where
        Self: FromShapes,
    {
        LoadOptions::new().open(path)
    }

    /// Returns the bytes of the file that [`save`](Checkpoint::save) writes.
    fn to_bytes(&self) -> Vec<u8> {
        contents(self).to_bytes()
    }

    /// As [`open`](Checkpoint::open), from the bytes of a file.
    ///
    /// # Errors
    /// If the bytes are not a `safetensors` file or do not match the type.
    fn open_bytes(bytes: &[u8]) -> Result<Self, CheckpointError>
    where
        Self: FromShapes,
    {
        LoadOptions::new().open_bytes(bytes)
    }

    /// As [`load`](Checkpoint::load), from the bytes of a file.
    ///
    /// # Errors
    /// If the bytes are not a `safetensors` file or do not match the module, which is then unchanged.
    fn load_bytes(&mut self, bytes: &[u8]) -> Result<(), CheckpointError> {
        LoadOptions::new().load_bytes(self, bytes).map(drop)
    }
}

impl<M: Module<Elem: Real> + Closed> Checkpoint for M {}

fn contents<M: Module<Elem: Real>>(module: &M) -> Contents<'_, M::Elem> {
    let mut contents = Contents::new();
    contents.with_module("", module);
    contents
}
