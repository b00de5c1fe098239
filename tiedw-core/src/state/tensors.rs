//! The tensors of a file, in their stored form.

use std::fs::File;
use std::path::Path;

use safetensors::SafeTensors;
use safetensors::tensor::TensorView;

use super::CheckpointError;
use crate::kernels::Mapped;

/// A parsed file.
pub(super) struct Tensors<'f> {
    /// Sorted by name.
    pub(super) named: Vec<(String, TensorView<'f>)>,
    bytes: &'f [u8],
    /// The file that the bytes are in, if they are in one.
    pub(super) files: &'f [Mapped],
}

impl<'f> Tensors<'f> {
    pub(super) fn parse(bytes: &'f [u8]) -> Result<Self, CheckpointError> {
        let mut named = SafeTensors::deserialize(bytes).map_err(CheckpointError::format)?.tensors();
        named.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(Tensors { named, bytes, files: &[] })
    }

    /// Calls `read` with the tensors of a memory-mapped file.
    pub(super) fn of_file<T>(
        path: &Path,
        read: impl FnOnce(&Tensors<'_>) -> Result<T, CheckpointError>,
    ) -> Result<T, CheckpointError> {
        let file = mapped(path)?;
        let tensors = Tensors::parse(&file)?;
        read(&Tensors { files: std::slice::from_ref(&file), ..tensors })
    }

    /// Calls `read` with the tensors of several memory-mapped files, their ties, and the files.
    pub(super) fn of_files<T>(
        paths: impl IntoIterator<Item = impl AsRef<Path>>,
        read: impl FnOnce(
            &[(String, TensorView<'_>)],
            &[(String, String)],
            &[Mapped],
        ) -> Result<T, CheckpointError>,
    ) -> Result<T, CheckpointError> {
        let files = paths.into_iter().map(|path| mapped(path.as_ref())).collect::<Result<Vec<_>, _>>()?;
        let tensors = files.iter().map(|file| Tensors::parse(file)).collect::<Result<Vec<_>, _>>()?;
        let ties: Vec<_> = tensors.iter().flat_map(|file| file.ties("")).collect();
        let named: Vec<_> = tensors.into_iter().flat_map(|file| file.named).collect();
        read(&named, &ties, &files)
    }

    /// Returns a metadata entry.
    pub(super) fn metadata(&self, key: &str) -> Option<String> {
        let (_, metadata) = SafeTensors::read_metadata(self.bytes).ok()?;
        metadata.metadata().as_ref()?.get(key).cloned()
    }

    /// Returns the tensors under `prefix`, with the prefix removed from their names.
    pub(super) fn within(&self, prefix: &str) -> Vec<(String, TensorView<'f>)> {
        self.named
            .iter()
            .filter_map(|(full, tensor)| Some((stripped(full, prefix)?, tensor.clone())))
            .collect()
    }

    /// Returns the ties in the metadata under `prefix`: other names of weights, each with the stored name.
    pub(super) fn ties(&self, prefix: &str) -> Vec<(String, String)> {
        let Ok((_, metadata)) = SafeTensors::read_metadata(self.bytes) else { return Vec::new() };
        let texts = metadata.metadata().iter().flatten();
        let tie = |(key, text): (&String, &String)| Some((stripped(key, prefix)?, stripped(text, prefix)?));
        let mut ties: Vec<_> = texts.filter_map(tie).collect();
        ties.sort();
        ties
    }
}

/// Maps a file into memory.
fn mapped(path: &Path) -> Result<Mapped, CheckpointError> {
    File::open(path).and_then(|file| Mapped::new(&file)).map_err(CheckpointError::io(path))
}

/// Removes `prefix` from a name.
fn stripped(name: &str, prefix: &str) -> Option<String> {
    match (prefix, name.strip_prefix(prefix)?) {
        ("", rest) => Some(rest.to_owned()),
        (_, "") => Some(String::new()),
        (_, rest) => rest.strip_prefix('.').map(str::to_owned),
    }
}
