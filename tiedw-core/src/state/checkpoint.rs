use std::path::Path;

use super::contents::Contents;
use super::{CheckpointError, LoadOptions};
use crate::{Closed, Module};

/// Files of the weights of a module: each closed module has these methods.
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
pub trait Checkpoint: Module + Closed {
    /// Writes a `safetensors` file: each parameter and buffer once, under its owner's name.
    ///
    /// The file is written beside `path`, synced and renamed: whatever happens, the old file or the new one is there, and
    /// whole.
    ///
    /// # Errors
    /// Where the file cannot be written.
    fn save(&self, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
        contents(self).save(path.as_ref())
    }

    /// Reads a `safetensors` file, which must have each parameter and buffer, under any of its names, and no others.
    /// For a file that differs see [`LoadOptions`].
    ///
    /// The file is mapped into memory: no program may write into it meanwhile. (To replace it, as
    /// [`save`](Checkpoint::save) does, is no harm.)
    ///
    /// # Errors
    /// Where the file cannot be read or does not fit; then the module is as it was.
    fn load(&mut self, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
        LoadOptions::new().load(self, path).map(drop)
    }

    /// The bytes of the file that [`save`](Checkpoint::save) writes.
    fn to_bytes(&self) -> Vec<u8> {
        contents(self).to_bytes()
    }

    /// As [`load`](Checkpoint::load), from the bytes of a file.
    ///
    /// # Errors
    /// Where the bytes are no such file or do not fit; then the module is as it was.
    fn load_bytes(&mut self, bytes: &[u8]) -> Result<(), CheckpointError> {
        LoadOptions::new().load_bytes(self, bytes).map(drop)
    }
}

impl<M: Module + Closed> Checkpoint for M {}

fn contents<M: Module>(module: &M) -> Contents<'_, M::Elem> {
    let mut contents = Contents::new();
    contents.with_module("", module);
    contents
}
