//! Names and shapes of parameters, from which a module is created.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::ops::Bound;

use super::owner::segments;
use super::{Path, Spec};
use crate::pooled_vec::PooledVec;
use crate::size::{agree, are_fit, are_fixed, smallest};
use crate::{DYN, Element};

/// The names and shapes of the parameters and buffers of a module, as a file lists them.
///
/// [`FromShapes`](super::FromShapes) reads from it what the type of the module leaves open.
///
/// ```
/// use tiedw_core::layers::Linear;
/// use tiedw_core::module::{FromShapes, Shapes};
/// use tiedw_core::{DYN, Path};
///
/// let mut shapes = Shapes::of::<Vec<Linear<DYN, 2>>>();
/// for (name, shape) in [("0.weight", vec![2, 7]), ("0.bias", vec![2])] {
///     shapes.insert(name, shape);
/// }
/// let layers: Vec<Linear<DYN, 2>> = FromShapes::from_shapes(&mut shapes, &mut Path::default());
/// assert_eq!((layers.len(), layers[0].weight.shape().to_vec()), (1, vec![2, 7]));
/// ```
#[derive(Debug)]
pub struct Shapes {
    /// The spec of the whole module.
    spec: &'static Spec,
    /// The shapes by the names of their owners, with the axes in the order of files.
    shapes: BTreeMap<String, Found>,
    /// All names, those of ties included.
    names: BTreeSet<String>,
    /// The shapes that parameters of one layer must have so that they fit each other.
    agreed: BTreeMap<String, Found>,
    /// The elements of all tensors.
    total: usize,
    /// How many more elements parameters may have.
    left: usize,
    /// The lists and options of modules without weights, of which no name says anything.
    unknown: Vec<String>,
    /// The ties whose source has another shape than the type of the hole says.
    unfit: Vec<UnfitTie>,
    /// Where elements are that need not be read.
    memory: Option<Memory>,
    /// The names of the parameters that have such elements.
    in_memory: HashSet<String>,
}

/// A function that puts a vector of elements in place of `None`, given the name of a parameter and its shape, if it has one.
///
/// The last argument is an `Option<PooledVec<E>>`.
pub(crate) struct Memory(pub(crate) Box<dyn FnMut(&str, &[usize], &mut dyn Any)>);

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory")
    }
}

/// The most segments in the name of a list: modules that hold themselves end there.
const DEEPEST: usize = 128;

/// The shape of a tensor.
#[derive(Clone, Debug)]
struct Found {
    shape: Vec<usize>,
    /// The axis whose size is a guess, because the tensor is a slice of another one.
    guess: Option<usize>,
}

/// A tie whose source has another shape than the type of the hole says.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "safetensors"), allow(dead_code, reason = "only files have shapes that do not fit"))]
pub(crate) struct UnfitTie {
    /// The name of the hole.
    pub(crate) hole: String,
    /// The name of its source.
    pub(crate) source: String,
    /// The shape that the type says, with `DYN` where it does not.
    pub(crate) of_type: Vec<usize>,
    /// The shape of the source, as the hole sees it.
    pub(crate) found: Vec<usize>,
}

/// An axis of a layer's parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    /// The name of the size, which is the same for axes of equal size.
    pub(crate) name: &'static str,
    /// The size that the type says, or `DYN`.
    pub(crate) of_type: usize,
    /// How many times this size the axis has: the gates of a recurrent layer are stacked.
    pub(crate) times: usize,
}

impl Found {
    /// Whether it has the sizes that the type says.
    fn fits(&self, axes: &[Axis]) -> bool {
        let fits = |(&size, axis): (&usize, &Axis)| match axis.of_type {
            DYN => size.is_multiple_of(axis.times),
            of_type => size == of_type * axis.times,
        };
        self.shape.len() == axes.len() && self.shape.iter().zip(axes).all(fits)
    }
}

impl Shapes {
    /// Creates an empty list for a module of type `M`.
    pub fn of<M: super::Module>() -> Self {
        Shapes {
            spec: const { &M::SPEC },
            shapes: BTreeMap::new(),
            names: BTreeSet::new(),
            agreed: BTreeMap::new(),
            total: 0,
            left: 0,
            unknown: Vec::new(),
            unfit: Vec::new(),
            memory: None,
            in_memory: HashSet::new(),
        }
    }

    /// Says where elements are that need not be read.
    #[cfg(feature = "safetensors")]
    pub(crate) fn with_memory(&mut self, memory: Option<Memory>) {
        self.memory = memory;
    }

    /// Returns the names of the parameters whose elements are in memory.
    #[cfg(feature = "safetensors")]
    pub(crate) fn in_memory(&mut self) -> HashSet<String> {
        std::mem::take(&mut self.in_memory)
    }

    /// Returns the `count` elements of a parameter of this shape: unspecified ones, unless they are in memory.
    pub(crate) fn elements<E: Element>(
        &mut self,
        path: &Path,
        shape: &[usize],
        count: usize,
    ) -> PooledVec<E> {
        self.left = self.left.saturating_sub(count);
        let mut found = None::<PooledVec<E>>;
        if let Some(Memory(memory)) = &mut self.memory {
            let name = path.to_string();
            memory(&name, shape, &mut found);
            if let Some(found) = found.filter(|found| found.len() == count) {
                self.in_memory.insert(name);
                return found;
            }
        }
        PooledVec::unset(count)
    }

    /// Adds a parameter or buffer, by any of its names, with the shape that it has in files under this name. Does nothing if
    /// the module has no such name.
    pub fn insert(&mut self, name: &str, shape: Vec<usize>) {
        self.insert_part(name, shape, None);
    }

    /// Adds a slice of a tensor along the axis `guess`, on which its size is a guess.
    pub(crate) fn insert_part(&mut self, name: &str, mut shape: Vec<usize>, guess: Option<usize>) {
        let Some(owner) = self.spec.owner(name) else { return };
        let mut guess = guess;
        if owner.transposed {
            shape.reverse();
            guess = guess.map(|axis| shape.len() - 1 - axis);
        }
        let count = shape.iter().fold(1, |count: usize, &size| count.saturating_mul(size));
        self.total = self.total.saturating_add(count);
        // Twice, so that a few parameters that are missing have the sizes of their layers in the message.
        self.left = self.left.saturating_add(count.saturating_mul(2));
        self.insert_name(name);
        self.names.insert(owner.name.clone());
        self.shapes.entry(owner.name).or_insert(Found { shape, guess });
    }

    /// Adds a name of a tied weight, without a shape.
    pub(crate) fn insert_name(&mut self, name: &str) {
        if self.spec.owner(name).is_some() {
            self.names.insert(name.to_owned());
        }
    }

    /// Returns the shape that the type says under a name, with `DYN` where it does not, with the axes in the order of files.
    pub(crate) fn of_type(&self, name: &str) -> Option<Vec<usize>> {
        let owner = self.spec.owner(name)?;
        let mut shape = in_files(self.spec.descend(&segments(&owner.name))?.shape()?);
        if owner.transposed {
            shape.reverse();
        }
        Some(shape)
    }

    /// Returns whether nothing was found for the module.
    #[cfg(feature = "safetensors")]
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Returns the ties whose source does not fit.
    #[cfg(feature = "safetensors")]
    pub(crate) fn unfit(&self) -> &[UnfitTie] {
        &self.unfit
    }

    /// Returns the lists and options about which the names say nothing.
    #[cfg(feature = "safetensors")]
    pub(crate) fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Returns the length of a `Vec` whose elements have the spec `element`: one more than the largest index in a name.
    pub(crate) fn list_len(&mut self, path: &Path, element: &Spec) -> usize {
        let prefix = prefix(path);
        if prefix.split('.').count() > DEEPEST {
            return 0;
        }
        let index = |name: &str| name.strip_prefix(&prefix)?.split('.').next()?.parse::<usize>().ok();
        let names = self.within(&prefix).count();
        let indices: Vec<usize> = self.within(&prefix).filter_map(index).collect();
        if indices.is_empty() {
            self.is_known(path, element);
        }
        // A wrong index in a file does not become a list without end, nor one with more elements than the file.
        let fixed = element.num_parameters().filter(|&count| count > 0);
        let most = fixed.map_or(usize::MAX, |count| self.total / count + 1).min(2 * names);
        indices.into_iter().filter(|&index| index <= most).max().map_or(0, |index| index + 1)
    }

    /// Returns whether there is any name of an `Option` whose content has the spec `content`.
    pub(crate) fn is_some(&mut self, path: &Path, content: &Spec) -> bool {
        let name = path.to_string();
        let is_there = self.names.contains(&name) || self.within(&prefix(path)).next().is_some();
        is_there || !self.is_known(path, content)
    }

    /// Records a list or option without names, if its content has no weights that would have one.
    fn is_known(&mut self, path: &Path, content: &Spec) -> bool {
        let is_known = content.owns_tensors();
        if !is_known {
            self.unknown.push(path.to_string());
        }
        is_known
    }

    fn within<'s>(&'s self, prefix: &'s str) -> impl Iterator<Item = &'s str> {
        let from = self.names.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        from.map(String::as_str).take_while(move |name| name.starts_with(prefix))
    }

    /// Returns the sizes of a parameter, with those of the type where it says them. A size that is not in the file, or that no
    /// parameter can have, is 0.
    pub(crate) fn sizes<const N: usize>(&self, path: &Path, of_type: [usize; N]) -> [usize; N] {
        if are_fixed(of_type) {
            return of_type;
        }
        let name = path.to_string();
        let found = self.agreed.get(&name).or_else(|| self.shapes.get(&name));
        let found = found.and_then(|found| <[usize; N]>::try_from(&found.shape[..]).ok());
        let is_possible = |sizes: &[usize; N]| {
            let count = sizes.iter().try_fold(1_usize, |count, &size| count.checked_mul(size));
            agree(of_type, *sizes)
                && count.is_some_and(|count| count <= self.left)
                && sizes.iter().all(|&size| u32::try_from(size).is_ok())
        };
        found.filter(is_possible).unwrap_or(smallest(of_type))
    }

    /// The same for a convolution kernel, whose input channels are the last axis in memory and the second in files.
    pub(crate) fn kernel_sizes<const N: usize>(&self, path: &Path, of_type: [usize; N]) -> [usize; N] {
        let mut in_files = of_type;
        in_files[1..].rotate_right(1);
        let mut sizes = self.sizes(path, in_files);
        sizes[1..].rotate_left(1);
        sizes
    }

    /// Makes the parameters of a layer fit each other: axes with the same name have the same size, that of most of them in the
    /// file. A tied parameter counts with the shape of its source. The file's other shapes then differ from
    /// those of the layer, which is reported when it is read.
    pub(crate) fn agree(&mut self, path: &Path, parameters: &[(&str, &[Axis])]) {
        if parameters.iter().all(|(_, axes)| axes.iter().all(|axis| axis.of_type != DYN)) {
            return;
        }
        let name = |parameter: &str| prefix(path) + parameter;
        // The sizes that axes of each name have, with how much speaks for them.
        let mut votes: Vec<(&str, usize, usize)> = Vec::new();
        for (parameter, axes) in parameters {
            let Some(found) = self.resolved(&name(parameter)).filter(|found| found.fits(axes)) else {
                continue;
            };
            for (at, axis) in axes.iter().enumerate().filter(|(_, axis)| axis.of_type == DYN) {
                let (size, weight) =
                    (found.shape[at] / axis.times, if found.guess == Some(at) { 1 } else { 2 });
                match votes.iter_mut().find(|vote| (vote.0, vote.1) == (axis.name, size)) {
                    Some((.., votes)) => *votes += weight,
                    None => votes.push((axis.name, size, weight)),
                }
            }
        }
        let chosen = |axis: &Axis| {
            let of_name = votes.iter().filter(|(name, ..)| *name == axis.name);
            // The first of the largest.
            of_name.rev().max_by_key(|(.., weight)| *weight).map(|&(_, size, _)| size)
        };
        for (parameter, axes) in parameters {
            let size = |axis: &Axis| match axis.of_type {
                DYN => chosen(axis)?.checked_mul(axis.times),
                size => Some(size * axis.times),
            };
            if let Some(shape) = axes.iter().map(size).collect() {
                self.agreed.entry(name(parameter)).or_insert(Found { shape, guess: None });
            }
        }
    }

    /// Checks the sources of the parameters of a module that is tied as a whole.
    pub(crate) fn check_ties(&mut self, path: &mut Path, spec: &Spec) {
        match spec {
            Spec::Parameter { shape } | Spec::Buffer { shape } => self.check_tie(path, shape),
            Spec::Module { fields, .. } => {
                for field in *fields {
                    path.field(field.name, |path| self.check_ties(path, field.spec));
                }
            }
            Spec::List { element, .. } => {
                for index in self.indices_of_source(path) {
                    path.index(index, |path| self.check_ties(path, element));
                }
            }
            Spec::Optional(inner) | Spec::Frozen(inner) => self.check_ties(path, inner),
            Spec::Recursive(recursive) => self.check_ties(path, (recursive.spec)()),
            // What fills it is checked itself, unless it is outside of the module.
            Spec::Tied(_) | Spec::Absent => {}
        }
    }

    /// Returns the indices of the list that a tied list borrows.
    fn indices_of_source(&self, path: &Path) -> BTreeSet<usize> {
        let name = path.to_string();
        let mut source = segments(&name);
        self.spec.resolve(&mut source);
        let prefix = source.join(".") + ".";
        let index = |name: &str| name.strip_prefix(&prefix)?.split('.').next()?.parse().ok();
        self.within(&prefix).filter_map(index).collect()
    }

    /// Checks that the source of a tied parameter has the shape that the type of the hole says, unless it has not even that of
    /// its own type, which is reported.
    fn check_tie(&mut self, path: &Path, of_type: &[usize]) {
        let (hole, of_type) = (path.to_string(), in_files(of_type));
        let Some(owner) = self.spec.owner(&hole) else { return };
        let (Some(found), Some(of_source)) = (self.resolved(&hole), self.of_type(&hole)) else { return };
        if are_fit(&of_source, &found.shape) && !are_fit(&of_type, &found.shape) {
            let source = if owner.transposed { owner.name + ".t()" } else { owner.name };
            self.unfit.push(UnfitTie { hole, source, of_type, found: found.shape });
        }
    }

    /// Returns the shape under any name of a weight.
    fn resolved(&self, name: &str) -> Option<Found> {
        let owner = self.spec.owner(name)?;
        let mut found = self.agreed.get(&owner.name).or_else(|| self.shapes.get(&owner.name))?.clone();
        if owner.transposed {
            found.shape.reverse();
            found.guess = found.guess.map(|axis| found.shape.len() - 1 - axis);
        }
        Some(found)
    }
}

/// The axes of a parameter in the order of files: the input channels of a convolution kernel are the second.
fn in_files(in_memory: &[usize]) -> Vec<usize> {
    let mut shape = in_memory.to_vec();
    if shape.len() > 2 {
        shape[1..].rotate_right(1);
    }
    shape
}

/// The start of the names within a path.
fn prefix(path: &Path) -> String {
    let path = path.to_string();
    if path.is_empty() { path } else { path + "." }
}
