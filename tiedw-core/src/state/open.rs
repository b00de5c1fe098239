//! Models that are created from a file.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path as FilePath;

use safetensors::tensor::TensorView;

use super::fit::{Fit, split_transposes};
use super::numbers::dtype;
use super::tensors::Tensors;
use super::{CheckpointError, LoadOptions, Mismatch};
use crate::kernels::{Mapped, MappedElements};
use crate::module::{FromShapes, Memory, Path, Shapes};
use crate::pooled_vec::PooledVec;
use crate::{Closed, DYN, Module, Real};

impl LoadOptions<'_> {
    /// Creates a model from a file alone: nothing is initialized and thrown away.
    ///
    /// The names and shapes in the file say the length of each `Vec`, the presence of each `Option`, and each size that is
    /// [`DYN`](crate::DYN). Sizes that are part of the type are checked, and so are the parameters of one layer against each
    /// other, tied ones included. Settings that no file holds, such as `eps`, the number of heads or a probability of dropout,
    /// have the defaults of their layers: set them after this call,
    /// for all layers of a type by [`for_each`](Module::for_each). A skipped field has its `Default`, or the value of its
    /// `#[module(init = ..)]`.
    ///
    /// With [`lenient`](LoadOptions::lenient), tensors that the model does not have are ignored. All that it has must be there.
    /// Elements at the end of a `Vec` that have no tensors, such as an absent `Option`, are not in a file. Where
    /// [`split`](LoadOptions::split) names weights whose sizes neither the type nor another weight of their layer says, they are
    /// equal parts of the tensor.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Embedding, LayerNorm, Linear};
    /// use tiedw_core::state::{Checkpoint, LoadOptions};
    /// use tiedw_core::{DYN, Module};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let layers = (0..3).map(|_| Linear::<DYN, DYN>::new(8, 8, rng)).collect::<Vec<_>>();
    /// let trained = (Embedding::<DYN, DYN>::new(100, 8, rng), layers, Some(LayerNorm::<DYN>::new(8)));
    /// let path = std::env::temp_dir().join(format!("opened-{}.safetensors", std::process::id()));
    /// trained.save(&path)?;
    ///
    /// type Net = (Embedding<DYN, DYN>, Vec<Linear<DYN, DYN>>, Option<LayerNorm<DYN>>);
    /// let net: Net = LoadOptions::new().open(&path)?;
    /// assert_eq!(net, trained);
    /// # std::fs::remove_file(&path).unwrap();
    /// # Ok::<(), tiedw_core::state::CheckpointError>(())
    /// ```
    ///
    /// The file is memory-mapped, so no program may write to it during the call.
    ///
    /// # Errors
    /// If the file cannot be read, or does not match the type.
    pub fn open<M: FromShapes<Elem: Real> + Closed>(
        &self,
        path: impl AsRef<FilePath>,
    ) -> Result<M, CheckpointError> {
        Tensors::of_file(path.as_ref(), |tensors| {
            self.open_named(&tensors.named, &tensors.ties(""), tensors.files, None)
        })
    }

    /// As [`open`](LoadOptions::open), with the weights where they are in the file: it is mapped into memory, and a part of it is
    /// read when it is used for the first time. Opening takes about as long for a large file as for a small one, and several
    /// processes that open one file share its memory.
    ///
    /// The model is like any other: it can be trained, and what is written to its weights stays in this process. Weights are copied
    /// as by `open` if the file has them in another form: transposed, as slices of a larger tensor, as convolution kernels, or in
    /// another element type.
    ///
    /// No program may write to the file or shorten it as long as the model exists. Replacing or removing it, as
    /// [`save`](super::Checkpoint::save) does, is safe.
    ///
    /// ```
    /// use tiedw_core::layers::LayerNorm;
    /// use tiedw_core::state::{Checkpoint, LoadOptions};
    /// use tiedw_core::DYN;
    ///
    /// let path = std::env::temp_dir().join(format!("mapped-{}.safetensors", std::process::id()));
    /// LayerNorm::<DYN>::new(3).save(&path)?;
    /// let mut norm: LayerNorm<DYN> = LoadOptions::new().open_mapped(&path)?;
    /// norm.weight[0] = 5.0; // In memory, and not in the file.
    /// assert_eq!(LayerNorm::<DYN>::open(&path)?.weight.as_slice(), [1.0; 3]);
    /// # std::fs::remove_file(&path).unwrap();
    /// assert_eq!(norm.weight.as_slice(), [5.0, 1.0, 1.0]);
    /// # Ok::<(), tiedw_core::state::CheckpointError>(())
    /// ```
    ///
    /// # Errors
    /// If the file cannot be read, or does not match the type.
    pub fn open_mapped<M: FromShapes<Elem: Real> + Closed>(
        &self,
        path: impl AsRef<FilePath>,
    ) -> Result<M, CheckpointError> {
        let path = path.as_ref();
        let file = File::open(path).map_err(CheckpointError::io(path))?;
        let mut elements = MappedElements::new(&file).map_err(CheckpointError::io(path))?;
        let bytes = Mapped::new(&file).map_err(CheckpointError::io(path))?;
        let tensors = Tensors::parse(&bytes)?;
        let stored = self.stored::<M>(&tensors.named, &bytes);
        let memory = Memory(Box::new(move |name, shape, found| {
            if let Some(Some((at, of_file))) = stored.get(name)
                && of_file == shape
                && let Some(found) = found.downcast_mut::<Option<PooledVec<M::Elem>>>()
            {
                *found = elements.vector(*at, shape.iter().product());
            }
        }));
        self.open_named(&tensors.named, &tensors.ties(""), std::slice::from_ref(&bytes), Some(memory))
    }

    /// Returns for each parameter where its elements start in the file, and its shape, if memory can have them as the file does.
    fn stored<M: Module<Elem: Real>>(
        &self,
        named: &[(String, TensorView<'_>)],
        file: &[u8],
    ) -> HashMap<String, Option<(usize, Vec<usize>)>> {
        let mut stored = HashMap::new();
        for (name, tensor) in named {
            let names = self.names(name).unwrap_or_default();
            let is_whole = names.len() == 1;
            for name in names {
                let (plain, transposes) = split_transposes(&name);
                let Some(owner) = M::SPEC.owner(plain) else { continue };
                let is_transposed = owner.transposed != (transposes % 2 == 1) && tensor.shape().len() > 1;
                let is_same = is_whole && !is_transposed && tensor.dtype() == dtype::<M::Elem>();
                let start = tensor.data().as_ptr().addr() - file.as_ptr().addr();
                // Of several names, the first is read.
                stored.entry(owner.name).or_insert(is_same.then(|| (start, tensor.shape().to_vec())));
            }
        }
        stored
    }

    /// As [`open`](LoadOptions::open), from the bytes of a file.
    ///
    /// # Errors
    /// If the bytes are not a `safetensors` file, or do not match the type.
    pub fn open_bytes<M: FromShapes<Elem: Real> + Closed>(&self, bytes: &[u8]) -> Result<M, CheckpointError> {
        let tensors = Tensors::parse(bytes)?;
        self.open_named(&tensors.named, &tensors.ties(""), &[], None)
    }

    /// As [`open`](LoadOptions::open), from a checkpoint in several files, such as the shards of a large model.
    ///
    /// ```
    /// use tiedw_core::layers::LayerNorm;
    /// use tiedw_core::state::{Checkpoint, LoadOptions};
    /// use tiedw_core::{DYN, Vector};
    ///
    /// let folder = std::env::temp_dir();
    /// let paths = ["x", "y"].map(|name| folder.join(format!("{name}-{}.safetensors", std::process::id())));
    /// (Vector::from([1.0, 2.0]),).save(&paths[0])?; // `0`
    /// Vector::from([3.0, 4.0]).save(&paths[1])?; // the empty name
    ///
    /// let names = |name: &str| if name.is_empty() { "bias".to_owned() } else { "weight".to_owned() };
    /// let norm: LayerNorm<DYN> = LoadOptions::new().rename(names).open_files(&paths)?;
    /// assert_eq!((norm.weight[1], norm.bias[1]), (2.0, 4.0));
    /// # paths.iter().for_each(|path| std::fs::remove_file(path).unwrap());
    /// # Ok::<(), tiedw_core::state::CheckpointError>(())
    /// ```
    ///
    /// # Errors
    /// If a file cannot be read, or the files do not match the type.
    pub fn open_files<M: FromShapes<Elem: Real> + Closed>(
        &self,
        paths: impl IntoIterator<Item = impl AsRef<FilePath>>,
    ) -> Result<M, CheckpointError> {
        Tensors::of_files(paths, |named, ties, files| self.open_named(named, ties, files, None))
    }

    pub(super) fn open_named<M: FromShapes<Elem: Real>>(
        &self,
        named: &[(String, TensorView<'_>)],
        ties: &[(String, String)],
        files: &[Mapped],
        memory: Option<Memory>,
    ) -> Result<M, CheckpointError> {
        let mut shapes = self.shapes::<M>(named, ties);
        shapes.with_memory(memory);
        let mut module = M::from_shapes(&mut shapes, &mut Path::default());
        let mut fit = Fit::of_places(&module, named, self).of_files(files).in_place(shapes.in_memory());
        fit.check_ties(ties, |name| M::SPEC.owner(name), self);
        let unknown = shapes.unknown().iter().map(|name| Mismatch::Unknown { name: name.clone() });
        let unfit = shapes.unfit().iter().cloned().map(|tie| Mismatch::TiedShape {
            name: tie.hole,
            source: tie.source,
            expected: tie.of_type,
            found: tie.found,
        });
        // What has a name of the type, or a file of another model, is not left out silently.
        let count_unexpected = !self.is_lenient() || shapes.is_empty();
        let found = if count_unexpected {
            fit.differences(true, true)
        } else {
            let mut found = fit.differences(true, false);
            found.extend(fit.unexpected_of(|name| M::SPEC.owner(name).is_some()));
            found
        };
        let found = found.into_iter().map(|found| self.of_type(found, &shapes));
        let all: Vec<Mismatch> = unknown.chain(found).chain(unfit).collect();
        if !all.is_empty() {
            return Err(CheckpointError::Mismatch(all));
        }
        fit.fill_module(&mut module);
        Ok(module)
    }

    /// Lists the tensors under their names in the model.
    fn shapes<M: Module<Elem: Real>>(
        &self,
        named: &[(String, TensorView<'_>)],
        ties: &[(String, String)],
    ) -> Shapes {
        let mut shapes = Shapes::of::<M>();
        for (name, tensor) in named {
            let names = self.names(name).unwrap_or_default();
            let parts: Vec<(&str, bool)> = names
                .iter()
                .map(|name| split_transposes(name))
                .map(|(name, transposes)| (name, transposes % 2 == 1))
                .collect();
            if let [(name, is_transposed)] = parts[..] {
                shapes.insert(name, reversed(tensor.shape(), is_transposed));
                continue;
            }
            // The parts are slices of the first axis, as it is in the model: those whose type does not say their size share
            // what is left.
            let length = |name| {
                shapes.of_type(name).and_then(|shape| shape.first().copied()).filter(|&size| size != DYN)
            };
            let lengths: Vec<Option<usize>> = parts.iter().map(|&(name, _)| length(name)).collect();
            let left = lengths.iter().filter(|length| length.is_none()).count();
            let known: usize = lengths.iter().flatten().sum();
            for ((name, is_transposed), length) in parts.into_iter().zip(lengths) {
                let mut shape = reversed(tensor.shape(), is_transposed);
                let guess = length.is_none().then_some(0);
                if let Some(first) = shape.first_mut() {
                    *first = length.unwrap_or_else(|| first.saturating_sub(known) / left);
                }
                shapes.insert_part(name, shape, guess);
            }
        }
        for name in ties.iter().filter_map(|(alias, _)| self.names(alias)).flatten() {
            shapes.insert_name(split_transposes(&name).0);
        }
        shapes
    }

    /// Writes `DYN` in a mismatch where the type leaves a size to the file, and the file does not say it.
    fn of_type(&self, mut mismatch: Mismatch, shapes: &Shapes) -> Mismatch {
        let (of_type, shape) = match &mut mismatch {
            Mismatch::Missing { name, shape } => (shapes.of_type(name), shape),
            Mismatch::Shape { name, expected, .. } => {
                let names = self.names(name).unwrap_or_default();
                let [name] = &names[..] else { return mismatch };
                let (name, transposes) = split_transposes(name);
                (shapes.of_type(name).map(|shape| reversed(&shape, transposes % 2 == 1)), expected)
            }
            _ => return mismatch,
        };
        for (size, of_type) in shape.iter_mut().zip(of_type.into_iter().flatten()) {
            if of_type == DYN && *size == 0 {
                *size = DYN;
            }
        }
        mismatch
    }
}

fn reversed(shape: &[usize], reverse: bool) -> Vec<usize> {
    let mut shape = shape.to_vec();
    if reverse {
        shape.reverse();
    }
    shape
}
