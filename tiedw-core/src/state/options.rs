use std::cell::RefCell;
use std::fmt;
use std::path::Path;

use safetensors::tensor::TensorView;

use super::CheckpointError;
use super::fit::{Earlier, Fit};
use super::tensors::Tensors;
use crate::kernels::Mapped;
use crate::{Closed, Module, Real};

/// Options for loading a checkpoint of another program, or of another version of the model.
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::state::{Checkpoint, LoadOptions};
/// use tiedw_core::{Init, layers::{LayerNorm, Linear}};
///
/// let rng = &mut StdRng::seed_from_u64(0);
/// let pair = <(Linear<3, 2>, LayerNorm<2>)>::init(rng);
/// let file = pair.to_bytes(); // `0.weight`, `0.bias`, `1.weight`, `1.bias`
///
/// let mut layer = Linear::<3, 2>::init(rng);
/// LoadOptions::new().prefix("0.").ignore(|name| name.starts_with("1.")).load_bytes(&mut layer, &file)?;
/// assert_eq!(layer, pair.0);
/// # Ok::<(), tiedw_core::state::CheckpointError>(())
/// ```
#[derive(Default)]
pub struct LoadOptions<'h> {
    lenient: bool,
    prefix: String,
    rename: Option<Rename<'h>>,
    split: Option<Split<'h>>,
    ignore: Option<Ignore<'h>>,
    /// What lenient loads have written to tied weights so far.
    earlier: RefCell<Earlier>,
}

type Rename<'h> = Box<dyn Fn(&str) -> String + 'h>;
type Split<'h> = Box<dyn Fn(&str) -> Option<Vec<String>> + 'h>;
type Ignore<'h> = Box<dyn Fn(&str) -> bool + 'h>;

/// The names that a lenient load has skipped.
///
/// ```
/// use tiedw_core::state::{Checkpoint, LoadOptions};
/// use tiedw_core::Vector;
///
/// let file = (Vector::<1>::from([5.0]),).to_bytes();
/// let mut net = (Vector::<1>::zeros(), Vector::<3>::zeros());
/// let loaded = LoadOptions::new().lenient().load_bytes(&mut net, &file)?;
/// assert_eq!((net.0[0], loaded.missing, loaded.unexpected.len()), (5.0, vec!["1".to_owned()], 0));
/// # Ok::<(), tiedw_core::state::CheckpointError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// The parameters and buffers that are not in the file. They are unchanged.
    pub missing: Vec<String>,
    /// The tensors of the file that are not in the model, by their names in the file.
    pub unexpected: Vec<String>,
}

impl<'h> LoadOptions<'h> {
    /// Creates options for a strict load with the model's own names.
    pub fn new() -> Self {
        Self::default()
    }

    /// Accepts a file with missing or additional tensors. Shapes, element types and the equality of tied
    /// weights are still checked.
    ///
    /// Load a checkpoint of several files with [`load_files`](LoadOptions::load_files). If you load them one
    /// by one instead, use the same options for all: they detect a tied weight that a later file contains
    /// under another name with different elements.
    pub fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// Removes this prefix from the names in the file that start with it: `"transformer."`.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Maps a name in the file, without the prefix, to a name in the model. If the result ends with `.t()`,
    /// the file contains the transpose: `"blocks.0.fc.weight.t()"`. The shape of a square weight does not
    /// determine its orientation. If another weight is mapped with `.t()`, as for a file of transformers'
    /// `Conv1D`, state it for each square weight: `.t()`, or `.t().t()` if it is not transposed.
    ///
    /// ```
    /// use tiedw_core::state::{Checkpoint, LoadOptions};
    /// use tiedw_core::Matrix;
    ///
    /// let file = (Matrix::from([[1.0], [2.0]]),).to_bytes(); // `0`, of shape [2, 1]
    /// let mut pair = (Matrix::<1, 2>::zeros(),);
    /// LoadOptions::new().rename(|name| format!("{name}.t()")).load_bytes(&mut pair, &file)?;
    /// assert_eq!(pair.0, Matrix::from([[1.0, 2.0]]));
    /// # Ok::<(), tiedw_core::state::CheckpointError>(())
    /// ```
    pub fn rename(mut self, rename: impl Fn(&str) -> String + 'h) -> Self {
        self.rename = Some(Box::new(rename));
        self
    }

    /// Maps a name, after renaming, to the names of the weights that are concatenated in this tensor along
    /// its first axis, or to `None` for a tensor with a single weight. If the names end with `.t()`, the file
    /// contains the transposes, concatenated along the last axis.
    ///
    /// ```
    /// use tiedw_core::layers::Linear;
    /// use tiedw_core::state::{Checkpoint, LoadOptions};
    /// use tiedw_core::{Matrix, NoBias, Own, Vector};
    ///
    /// let linear = |weight| Linear::<2, 1, Own, NoBias> { weight: Matrix::from_vec(weight), bias: Default::default() };
    /// let file = Linear::<2, 2, Own, NoBias> { weight: Matrix::from_vec(vec![1.0, 2.0, 3.0, 4.0]), bias: Default::default() };
    /// let mut pair = (linear(vec![0.0; 2]), linear(vec![0.0; 2])); // `0.weight` and `1.weight`
    ///
    /// let stacked = |name: &str| (name == "weight").then(|| vec!["0.weight".into(), "1.weight".into()]);
    /// LoadOptions::new().split(stacked).load_bytes(&mut pair, &file.to_bytes())?;
    /// assert_eq!(pair, (linear(vec![1.0, 2.0]), linear(vec![3.0, 4.0])));
    /// # Ok::<(), tiedw_core::state::CheckpointError>(())
    /// ```
    pub fn split(mut self, split: impl Fn(&str) -> Option<Vec<String>> + 'h) -> Self {
        self.split = Some(Box::new(split));
        self
    }

    /// Skips the names for which `ignore` returns `true`, as they are in the file, with the prefix.
    pub fn ignore(mut self, ignore: impl Fn(&str) -> bool + 'h) -> Self {
        self.ignore = Some(Box::new(ignore));
        self
    }

    /// Loads a file into `module`.
    ///
    /// # Errors
    /// If the file cannot be read or does not match the module, which is then unchanged.
    pub fn load<M: Module<Elem: Real> + Closed>(
        &self,
        module: &mut M,
        path: impl AsRef<Path>,
    ) -> Result<Loaded, CheckpointError> {
        Tensors::of_file(path.as_ref(), |tensors| self.load_tensors(module, tensors))
    }

    /// Loads a checkpoint that is split into several files, such as the shards of a large model, as if it
    /// were one file. Each tensor may be in any of the files, and all names of a weight must agree across
    /// files.
    ///
    /// ```
    /// use tiedw_core::state::{Checkpoint, LoadOptions};
    /// use tiedw_core::Vector;
    ///
    /// let folder = std::env::temp_dir();
    /// let paths = ["a", "b"].map(|name| folder.join(format!("{name}-{}.safetensors", std::process::id())));
    /// (Vector::from([1.0]),).save(&paths[0])?; // `0`
    /// Vector::from([2.0]).save(&paths[1])?; // the empty name
    ///
    /// let mut pair = (Vector::<1>::zeros(), Vector::<1>::zeros());
    /// let second = |name: &str| if name.is_empty() { "1".to_owned() } else { name.to_owned() };
    /// LoadOptions::new().rename(second).load_files(&mut pair, &paths)?;
    /// assert_eq!((pair.0[0], pair.1[0]), (1.0, 2.0));
    /// # paths.iter().for_each(|path| std::fs::remove_file(path).unwrap());
    /// # Ok::<(), tiedw_core::state::CheckpointError>(())
    /// ```
    ///
    /// # Errors
    /// If a file cannot be read, or the files do not match the module, which is then unchanged.
    pub fn load_files<M: Module<Elem: Real> + Closed>(
        &self,
        module: &mut M,
        paths: impl IntoIterator<Item = impl AsRef<Path>>,
    ) -> Result<Loaded, CheckpointError> {
        Tensors::of_files(paths, |named, ties, files| self.load_named(module, named, ties, files))
    }

    /// As [`load`](LoadOptions::load), from the bytes of a file.
    ///
    /// # Errors
    /// If the bytes are not a `safetensors` file or do not match the module, which is then unchanged.
    pub fn load_bytes<M: Module<Elem: Real> + Closed>(
        &self,
        module: &mut M,
        bytes: &[u8],
    ) -> Result<Loaded, CheckpointError> {
        self.load_tensors(module, &Tensors::parse(bytes)?)
    }

    fn load_tensors<M: Module<Elem: Real>>(
        &self,
        module: &mut M,
        tensors: &Tensors<'_>,
    ) -> Result<Loaded, CheckpointError> {
        self.load_named(module, &tensors.named, &tensors.ties(""), tensors.files)
    }

    fn load_named<M: Module<Elem: Real>>(
        &self,
        module: &mut M,
        named: &[(String, TensorView<'_>)],
        ties: &[(String, String)],
        files: &[Mapped],
    ) -> Result<Loaded, CheckpointError> {
        let mut fit = Fit::of_module(module, named, self).of_files(files);
        fit.check_ties(ties, |name| M::SPEC.owner(name), self);
        let mut earlier = self.earlier.borrow_mut();
        fit.check_earlier(module, &earlier);
        fit.check(self.lenient)?;
        fit.fill_module(module);
        // After a strict load nothing is left for further files.
        if self.lenient {
            fit.note(module, &mut earlier);
        }
        Ok(fit.loaded())
    }

    pub(super) fn is_lenient(&self) -> bool {
        self.lenient
    }

    /// Returns the names in the model, each possibly followed by `.t()`, or `None` for an ignored name.
    pub(super) fn names(&self, name: &str) -> Option<Vec<String>> {
        if self.ignore.as_ref().is_some_and(|ignore| ignore(name)) {
            return None;
        }
        let name = name.strip_prefix(&self.prefix).unwrap_or(name);
        let name = self.rename.as_ref().map_or_else(|| name.to_owned(), |rename| rename(name));
        let parts = self.split.as_ref().and_then(|split| split(&name));
        Some(parts.unwrap_or_else(|| vec![name]))
    }
}

impl fmt::Debug for LoadOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadOptions")
            .field("lenient", &self.lenient)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
