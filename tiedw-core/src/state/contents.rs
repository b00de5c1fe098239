//! What a file is to hold, and its bytes.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::path::Path as FilePath;

use serde_json::{Map, Value, json};

use super::numbers::dtype;
use super::replace::replace;
use super::{CheckpointError, within};
use crate::module::Owner;
use crate::param::Parameter;
use crate::{Element, Module, Spec};

/// Tensors and metadata.
pub(super) struct Contents<'m, E> {
    tensors: Vec<(String, Parameter<'m, E>)>,
    metadata: BTreeMap<String, String>,
}

impl<'m, E: Element> Contents<'m, E> {
    pub(super) fn new() -> Self {
        // What programs on Hugging Face's models ask for: that axes are in PyTorch's order.
        let format = ("format".to_owned(), "pt".to_owned());
        Contents { tensors: Vec::new(), metadata: BTreeMap::from([format]) }
    }

    pub(super) fn with_tensor(&mut self, name: String, numbers: Parameter<'m, E>) {
        self.tensors.push((name, numbers));
    }

    pub(super) fn with_metadata(&mut self, key: impl Into<String>, text: impl Into<String>) {
        self.metadata.insert(key.into(), text.into());
    }

    /// The parameters and buffers of a module, and in the metadata its other names.
    pub(super) fn with_module<M: Module<Elem = E>>(&mut self, prefix: &str, module: &'m M) {
        let tensors: Vec<_> = module.named_parameters().chain(module.named_buffers()).collect();
        for (alias, owner) in aliases(&M::SPEC, tensors.iter().map(|(name, _)| name.as_str())) {
            let transposed = if owner.transposed { ".t()" } else { "" };
            self.with_metadata(within(prefix, &alias), within(prefix, &owner.name) + transposed);
        }
        for (name, numbers) in tensors {
            self.with_tensor(within(prefix, &name), numbers);
        }
    }

    /// Writes the file; whatever happens, the old one is there until the new one is whole.
    pub(super) fn save(&self, path: &FilePath) -> Result<(), CheckpointError> {
        replace(path, |file| self.write(file)).map_err(CheckpointError::io(path))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes).unwrap_or_else(|error| unreachable!("memory takes all bytes: {error}"));
        bytes
    }

    /// The length of the header, the header, and the numbers. The header is in the order of names, so that equal models
    /// make equal files.
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

/// The names of borrowed weights, each with its owner, which is one of `own`.
pub(super) fn aliases<'n>(spec: &'n Spec, own: impl Iterator<Item = &'n str>) -> Vec<(String, Owner)> {
    let mut aliases = Aliases { spec, own: own.collect(), found: Vec::new() };
    aliases.collect(spec, &mut Vec::new());
    aliases.found
}

struct Aliases<'n> {
    spec: &'n Spec,
    own: HashSet<&'n str>,
    found: Vec<(String, Owner)>,
}

impl Aliases<'_> {
    /// Collects the names at and within `path`, where `spec` stands.
    fn collect(&mut self, spec: &Spec, path: &mut Vec<String>) {
        match spec {
            Spec::Parameter { .. } | Spec::Buffer { .. } => {
                let name = path.join(".");
                if let Some(owner) = self.spec.owner(&name)
                    && owner.name != name
                    && self.own.contains(&*owner.name)
                {
                    self.found.push((name, owner));
                }
            }
            Spec::Module { fields, .. } => {
                fields.iter().for_each(|field| self.within(field.spec, path, field.name.to_owned()));
            }
            Spec::List { len, element } => {
                let len = len.unwrap_or_else(|| self.len(path));
                (0..len).for_each(|index| self.within(element, path, index.to_string()));
            }
            Spec::Optional(inner) | Spec::Frozen(inner) | Spec::Tied(inner) => self.collect(inner, path),
            Spec::Absent => {}
        }
    }

    fn within(&mut self, spec: &Spec, path: &mut Vec<String>, name: String) {
        path.push(name);
        self.collect(spec, path);
        path.pop();
    }

    /// How many elements the `Vec` at `path` has, to go by what they own: none that only borrow.
    fn len(&self, path: &[String]) -> usize {
        let mut path: Vec<&str> = path.iter().map(String::as_str).collect();
        self.spec.resolve(&mut path);
        let prefix = path.join(".");
        let index = |name: &str| {
            let rest =
                if prefix.is_empty() { name } else { name.strip_prefix(&*prefix)?.strip_prefix('.')? };
            rest.split('.').next()?.parse::<usize>().ok()
        };
        self.own.iter().filter_map(|name| index(name)).max().map_or(0, |last| last + 1)
    }
}
