//! The contents of a file, and their serialization.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path as FilePath;

use serde_json::{Map, Value, json};

use super::numbers::dtype;
use super::replace::replace;
use super::{CheckpointError, within};
use crate::module::{Kind, Path, aliases};
use crate::param::Parameter;
use crate::{Module, Real};

/// Tensors and metadata.
pub(super) struct Contents<'m, E> {
    tensors: Vec<(String, Parameter<'m, E>)>,
    metadata: BTreeMap<String, String>,
}

impl<'m, E: Real> Contents<'m, E> {
    pub(super) fn new() -> Self {
        // Programs for Hugging Face's models require this key: axes are in PyTorch's order.
        let format = ("format".to_owned(), "pt".to_owned());
        Contents { tensors: Vec::new(), metadata: BTreeMap::from([format]) }
    }

    pub(super) fn with_tensor(&mut self, name: String, numbers: Parameter<'m, E>) {
        self.tensors.push((name, numbers));
    }

    pub(super) fn with_metadata(&mut self, key: impl Into<String>, text: impl Into<String>) {
        self.metadata.insert(key.into(), text.into());
    }

    /// Adds the parameters and buffers of a module, and the names of tied weights as metadata.
    pub(super) fn with_module<M: Module<Elem = E>>(&mut self, prefix: &str, module: &'m M) {
        let tensors: Vec<_> = module.named_parameters().chain(module.named_buffers()).collect();
        let mut absent = Vec::new();
        module.visit(Kind::Absent, &mut Path::default(), &mut |path, _| absent.push(path.to_string()));
        let is_there = |alias: &str| {
            let within = |part: &String| {
                alias.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            !absent.iter().any(within)
        };
        let aliases = aliases(&M::SPEC, tensors.iter().map(|(name, _)| name.as_str()));
        for (alias, owner) in aliases.into_iter().filter(|(alias, _)| is_there(alias)) {
            let transposed = if owner.transposed { ".t()" } else { "" };
            self.with_metadata(within(prefix, &alias), within(prefix, &owner.name) + transposed);
        }
        for (name, numbers) in tensors {
            self.with_tensor(within(prefix, &name), numbers);
        }
    }

    /// Writes the file atomically: the old file is kept until the new one is complete.
    pub(super) fn save(&self, path: &FilePath) -> Result<(), CheckpointError> {
        replace(path, |file| self.write(file)).map_err(CheckpointError::io(path))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes).unwrap_or_else(|error| unreachable!("memory takes all bytes: {error}"));
        bytes
    }

    /// Writes the length of the header, the header and the elements. The header is sorted by name, so that
    /// equal models give equal files.
    fn write(&self, file: &mut impl Write) -> io::Result<()> {
        let mut header = Map::new();
        header.insert("__metadata__".to_owned(), json!(self.metadata));
        let mut start = 0;
        for (name, numbers) in &self.tensors {
            let end = start + size_of_val(numbers.as_slice());
            let dtype = format!("{:?}", dtype::<E>());
            let info =
                json!({ "dtype": dtype, "shape": numbers.shape_in_files(), "data_offsets": [start, end] });
            header.insert(name.clone(), info);
            start = end;
        }
        let mut header = Value::Object(header).to_string().into_bytes();
        header.resize(header.len().next_multiple_of(8), b' ');
        file.write_all(&(header.len() as u64).to_le_bytes())?;
        file.write_all(&header)?;
        let mut bytes = Vec::new();
        for (_, numbers) in &self.tensors {
            for part in numbers.in_file_order().chunks(4096) {
                bytes.clear();
                part.iter().for_each(|number| number.push_le_bytes(&mut bytes));
                file.write_all(&bytes)?;
            }
        }
        Ok(())
    }
}
