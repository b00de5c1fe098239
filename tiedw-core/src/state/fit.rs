//! Matching of a file's tensors with a model's. Everything is checked before anything changes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher};

use safetensors::tensor::TensorView;

use super::numbers::out_of_range;
use super::source::{Part, Place, Source, axis, conflict, in_file};
use super::{CheckpointError, LoadOptions, Loaded, Mismatch};
use crate::kernels::Mapped;
use crate::module::{Kind, Owner, Path, aliases};
use crate::{Module, Real};

/// The suffix of a name that denotes the transpose.
const TRANSPOSE: &str = ".t()";

/// Splits a name into that of the weight and the number of `.t()` after it.
pub(super) fn split_transposes(name: &str) -> (&str, usize) {
    let plain = name.trim_end_matches(TRANSPOSE);
    (plain, (name.len() - plain.len()) / TRANSPOSE.len())
}

/// The result of matching the tensors of a file with the places of a model.
#[derive(Default)]
pub(super) struct Fit<'f> {
    /// The files that are read, whose pages need not stay in memory.
    files: &'f [Mapped],
    /// The places whose elements need not be read.
    in_place: HashSet<String>,
    places: Vec<Place>,
    /// The source of each place.
    sources: Vec<Option<Source<'f>>>,
    missing: Vec<Mismatch>,
    unexpected: Vec<Mismatch>,
    /// The name in the model of each unexpected tensor, if it has a single one.
    would_be: Vec<String>,
    wrong: Vec<Mismatch>,
    /// The `Vec`s whose lengths differ between model and file.
    lengths: Vec<Length>,
}

/// A `Vec` with different lengths in the model and in the file.
struct Length {
    name: String,
    model: usize,
    file: usize,
}

impl Length {
    fn mismatch(&self) -> Mismatch {
        Mismatch::Length { name: self.name.clone(), expected: self.model, found: self.file }
    }

    /// Returns whether a name is within an element that only the model or only the file has.
    fn explains(&self, name: &str) -> bool {
        elements(name).any(|(list, index)| list == self.name && index >= self.model.min(self.file))
    }
}

/// Returns the lists that a name leads through, each with its index, if each number in the name is an index.
fn elements(name: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut start = 0;
    name.split('.').filter_map(move |segment| {
        let list = name[..start].trim_end_matches('.');
        start += segment.len() + 1;
        segment.parse().ok().map(|index| (list, index))
    })
}

/// What earlier files have written to tied weights, by the names of their owners.
pub(super) type Earlier = HashMap<String, Put>;

/// What a file has written to a place.
pub(super) struct Put {
    /// The name in the file.
    name: String,
    /// The hash of the elements.
    hash: u64,
}

impl<'f> Fit<'f> {
    /// Finds the place of each tensor. `owner` resolves a name in the model, and `names` maps a name in the
    /// file to names in the model.
    pub(super) fn new<E: Real>(
        places: Vec<Place>,
        tensors: &'f [(String, TensorView<'f>)],
        owner: impl Fn(&str) -> Option<Owner>,
        names: impl Fn(&str) -> Option<Vec<String>>,
    ) -> Self {
        let mut fit = Fit { places, ..Fit::default() };
        let index: HashMap<&str, usize> =
            fit.places.iter().enumerate().map(|(at, place)| (place.name.as_str(), at)).collect();
        let mut candidates = vec![Vec::new(); fit.places.len()];
        for (name, tensor) in tensors {
            let Some(names) = names(name) else { continue };
            let place = |name: &String| {
                let (plain, transposes) = split_transposes(name);
                let (owner, is_transposed) = (owner(plain)?, transposes % 2 == 1);
                Some((
                    *index.get(&*owner.name)?,
                    owner.transposed != is_transposed,
                    is_transposed,
                    transposes > 0,
                ))
            };
            match names.iter().map(place).collect::<Option<Vec<_>>>() {
                Some(found) if !found.is_empty() => {
                    let last_axis = found[0].2;
                    let length = |&(at, transposed, ..): &(usize, bool, bool, bool)| {
                        let shape = in_file(&fit.places[at].shape, transposed);
                        shape[axis(&shape, last_axis)]
                    };
                    let lengths: Vec<usize> = found.iter().map(length).collect();
                    let (mut start, of) = (0, lengths.iter().sum());
                    for ((at, transposed, _, said), length) in found.into_iter().zip(lengths) {
                        let part = Part { last_axis, start, of };
                        candidates[at].push(Source { name, tensor, transposed, said, part });
                        start += length;
                    }
                }
                None if counts_batches(&names, |name| Some(index.contains_key(&*owner(name)?.name))) => {}
                _ => {
                    let shape = tensor.shape().to_vec();
                    fit.unexpected.push(Mismatch::Unexpected { name: name.clone(), shape });
                    fit.would_be.push(if let [name] = &names[..] { name.clone() } else { String::new() });
                }
            }
        }
        for (at, candidates) in candidates.into_iter().enumerate() {
            let chosen = fit.choose::<E>(at, candidates);
            fit.sources.push(chosen);
        }
        fit.check_square();
        fit
    }

    /// Reports square weights without a stated orientation, if another weight is stated to be transposed, as
    /// in a file of transformers' `Conv1D`.
    fn check_square(&mut self) {
        let both = self.places.iter().zip(&self.sources);
        let sources = both.filter_map(|(place, source)| Some((&*place.shape, source.as_ref()?)));
        let Some((_, transposed)) = sources.clone().find(|(_, source)| source.said && source.transposed)
        else {
            return;
        };
        let is_unsaid = |&(shape, source): &(&[usize], &Source<'_>)| {
            !source.said && !source.transposed && matches!(*shape, [rows, columns] if rows == columns)
        };
        let mismatch = |(_, source): (&[usize], &Source<'_>)| Mismatch::Square {
            name: source.name.to_owned(),
            transposed: transposed.name.to_owned(),
        };
        let found: Vec<Mismatch> = sources.filter(is_unsaid).map(mismatch).collect();
        self.wrong.extend(found);
    }

    /// Reports ties whose orientation differs between file and model. The shape of a square weight does not
    /// determine it.
    pub(super) fn check_ties(
        &mut self,
        ties: &[(String, String)],
        owner: impl Fn(&str) -> Option<Owner>,
        options: &LoadOptions<'_>,
    ) {
        let in_model = |name: &str| {
            let [name] = &options.names(name)?[..] else { return None };
            let plain = name.strip_suffix(".t()");
            let owner = owner(plain.unwrap_or(name))?;
            Some((name.clone(), Owner { transposed: owner.transposed != plain.is_some(), ..owner }))
        };
        for (alias, text) in ties {
            let kept = text.strip_suffix(".t()");
            let found = kept.is_some();
            let kept = kept.unwrap_or(text);
            let (Some((_, one)), Some((_, other))) = (in_model(alias), in_model(kept)) else { continue };
            let Some(place) = self.places.iter().find(|place| place.name == one.name) else { continue };
            let expected = one.transposed != other.transposed;
            // The shape determines the orientation if it is not square; older files do not contain it.
            let told = !found && matches!(*place.shape, [rows, columns] if rows != columns);
            if one.name == other.name && expected != found && !told {
                let suffix = if expected { ".t()" } else { "" };
                let (name, expected) = (alias.clone(), format!("{kept}{suffix}"));
                self.wrong.push(Mismatch::Tie { name, expected, found: text.clone() });
            }
        }
    }

    /// Reports tied weights for which an earlier file has written different elements, under another name,
    /// which are still present: both files are parts of one checkpoint.
    pub(super) fn check_earlier<M: Module<Elem: Real>>(&mut self, module: &M, earlier: &Earlier) {
        if earlier.is_empty() {
            return;
        }
        let numbers = module.named_parameters().chain(module.named_buffers());
        let sources = self.sources.iter().zip(&self.places);
        let mut conflicts = Vec::new();
        for ((source, place), (_, present)) in sources.zip(numbers) {
            if let (Some(source), Some(put)) = (source, earlier.get(&place.name))
                && put.name != source.name
                && put.hash == hash(present.as_slice())
            {
                let found = source.numbers::<M::Elem>(place);
                conflicts.extend(conflict(&put.name, present.as_slice(), source.name, &found));
            }
        }
        self.wrong.extend(conflicts);
    }

    /// Records what this file has written to tied weights.
    pub(super) fn note<M: Module<Elem: Real>>(&self, module: &M, earlier: &mut Earlier) {
        let aliases = aliases(&M::SPEC, self.places.iter().map(|place| place.name.as_str()));
        if aliases.is_empty() {
            return;
        }
        let shared: HashSet<&str> = aliases.iter().map(|(_, owner)| owner.name.as_str()).collect();
        let numbers = module.named_parameters().chain(module.named_buffers());
        for (source, (owner, numbers)) in self.sources.iter().zip(numbers) {
            if let Some(source) = source
                && shared.contains(&*owner)
            {
                let put = Put { name: source.name.to_owned(), hash: hash(numbers.as_slice()) };
                earlier.insert(owner, put);
            }
        }
    }

    /// Returns for each place whether the file has a source for it.
    pub(super) fn found(&self) -> impl Iterator<Item = bool> {
        self.sources.iter().map(Option::is_some)
    }

    pub(super) fn of_module<M: Module<Elem: Real>>(
        module: &M,
        tensors: &'f [(String, TensorView<'f>)],
        options: &LoadOptions<'_>,
    ) -> Self {
        let mut fit = Fit::of_places(module, tensors, options);
        fit.count_lists(|name| M::SPEC.is_list(name));
        fit
    }

    /// The same without a comparison of the lengths of lists, for a module that was created from the names in the file.
    pub(super) fn of_places<M: Module<Elem: Real>>(
        module: &M,
        tensors: &'f [(String, TensorView<'f>)],
        options: &LoadOptions<'_>,
    ) -> Self {
        let places = module.named_parameters().chain(module.named_buffers());
        let places = places.map(|(name, numbers)| Place::new(name, &numbers)).collect();
        Fit::new::<M::Elem>(places, tensors, |name| M::SPEC.owner(name), |name| options.names(name))
    }

    /// Compares the length of each `Vec` in the model with that in the file.
    pub(super) fn count_lists(&mut self, is_list: impl Fn(&str) -> bool) {
        if self.missing.is_empty() && self.unexpected.is_empty() {
            return;
        }
        let mut lengths: BTreeMap<&str, Length> = BTreeMap::new();
        let filled = self
            .places
            .iter()
            .zip(&self.sources)
            .map(|(place, source)| (&place.name, true, source.is_some()));
        for (name, model, file) in filled.chain(self.would_be.iter().map(|name| (name, false, true))) {
            for (list, index) in elements(name).filter(|(list, _)| is_list(list)) {
                let empty = || Length { name: list.to_owned(), model: 0, file: 0 };
                let length = lengths.entry(list).or_insert_with(empty);
                let longer =
                    |length: usize, is: bool| if is { length.max(index.saturating_add(1)) } else { length };
                (length.model, length.file) = (longer(length.model, model), longer(length.file, file));
            }
        }
        // A file without any element of a list is another kind of file.
        let differ = lengths.into_values().filter(|length| length.model != length.file && length.file > 0);
        self.lengths = differ.collect();
    }

    /// Returns the first candidate for a place. Reports candidates that do not match it, and candidates with
    /// different elements.
    fn choose<E: Real>(&mut self, at: usize, candidates: Vec<Source<'f>>) -> Option<Source<'f>> {
        let place = &self.places[at];
        let Place { name, shape, .. } = place;
        if candidates.is_empty() {
            self.missing.push(Mismatch::Missing { name: name.clone(), shape: shape.to_vec() });
        }
        let (mut fitting, wrong): (Vec<_>, Vec<_>) =
            candidates.into_iter().partition(|source| source.fits(shape));
        for mismatch in wrong.iter().map(|source| source.mismatch(shape)) {
            // Reported once for all slices of a tensor.
            if !self.wrong.contains(&mismatch) {
                self.wrong.push(mismatch);
            }
        }
        // A missing element is better than one that overflows to infinity.
        fitting.retain(|source| {
            let wrong = out_of_range::<E>(source.tensor)
                .map(|number| Mismatch::OutOfRange { name: source.name.to_owned(), number });
            let fits = wrong.is_none();
            self.wrong.extend(wrong.filter(|wrong| !self.wrong.contains(wrong)));
            fits
        });
        let mut fitting = fitting.into_iter();
        let first = fitting.next()?;
        self.wrong.extend(fitting.filter_map(|second| first.conflict::<E>(&second, place)));
        Some(first)
    }

    /// Returns all mismatches in one error.
    pub(super) fn check(&self, lenient: bool) -> Result<(), CheckpointError> {
        let found = self.differences(!lenient, !lenient);
        if found.is_empty() { Ok(()) } else { Err(CheckpointError::Mismatch(found)) }
    }

    /// Returns what does not match, with the tensors that are missing and those that are unexpected if they count.
    pub(super) fn differences(&self, count_missing: bool, count_unexpected: bool) -> Vec<Mismatch> {
        let mut found = self.wrong.clone();
        if count_missing && count_unexpected {
            found.extend(self.lengths.iter().map(Length::mismatch));
        }
        // A mismatch of lengths is not repeated for each parameter.
        let explained = |name: &str| self.lengths.iter().any(|length| length.explains(name));
        if count_missing {
            let missing = self.missing.iter().filter(|mismatch| match mismatch {
                Mismatch::Missing { name, .. } => !explained(name),
                _ => true,
            });
            found.extend(missing.cloned());
        }
        if count_unexpected {
            let unexpected = self.unexpected.iter().zip(&self.would_be);
            found.extend(
                unexpected.filter(|(_, name)| !explained(name)).map(|(mismatch, _)| mismatch.clone()),
            );
        }
        found
    }

    /// Returns the unexpected tensors whose names in the model `is_name` accepts.
    pub(super) fn unexpected_of(&self, is_name: impl Fn(&str) -> bool) -> Vec<Mismatch> {
        let both = self.unexpected.iter().zip(&self.would_be);
        both.filter(|(_, name)| is_name(split_transposes(name).0)).map(|(found, _)| found.clone()).collect()
    }

    /// Writes the elements from the file to each place that has a source, in the order of the places.
    pub(super) fn fill<'p, E: Real>(&self, places: impl Iterator<Item = &'p mut [E]>) {
        let sources = self.sources.iter().zip(&self.places);
        for ((source, place), numbers) in sources.zip(places) {
            if let Some(source) = source {
                source.read(place, numbers, |bytes| self.release(bytes));
            }
        }
    }

    pub(super) fn fill_module<M: Module<Elem: Real>>(&self, module: &mut M) {
        let mut sources = self.sources.iter().zip(&self.places);
        for kind in [Kind::Parameter, Kind::Buffer] {
            module.visit_mut(kind, &mut Path::default(), &mut |_, mut numbers| {
                if let Some((Some(source), place)) = sources.next()
                    && !self.in_place.contains(&place.name)
                {
                    source.read(place, numbers.as_mut_slice(), |bytes| self.release(bytes));
                }
            });
        }
    }

    fn release(&self, bytes: &[u8]) {
        self.files.iter().for_each(|file| file.release(bytes));
    }

    /// Names the places whose elements are in memory.
    pub(super) fn in_place(mut self, places: HashSet<String>) -> Self {
        self.in_place = places;
        self
    }

    /// Names the files that the tensors are in.
    pub(super) fn of_files(mut self, files: &'f [Mapped]) -> Self {
        self.files = files;
        self
    }

    pub(super) fn loaded(self) -> Loaded {
        let name = |mismatch| match mismatch {
            Mismatch::Missing { name, .. } | Mismatch::Unexpected { name, .. } => Some(name),
            _ => None,
        };
        Loaded {
            missing: self.missing.into_iter().filter_map(name).collect(),
            unexpected: self.unexpected.into_iter().filter_map(name).collect(),
        }
    }
}

/// Hashes the bits of the elements.
fn hash<E: Real>(numbers: &[E]) -> u64 {
    let (mut hasher, mut bytes) = (DefaultHasher::new(), Vec::new());
    for part in numbers.chunks(4096) {
        bytes.clear();
        part.iter().for_each(|number| number.push_le_bytes(&mut bytes));
        hasher.write(&bytes);
    }
    hasher.finish()
}

/// Returns whether a name is that of `num_batches_tracked`, which PyTorch's batch norms save with their
/// statistics. It is not needed.
fn counts_batches(names: &[String], exists: impl Fn(&str) -> Option<bool>) -> bool {
    let [name] = names else { return false };
    let norm = name.strip_suffix("num_batches_tracked");
    norm.is_some_and(|norm| exists(&format!("{norm}running_mean")).unwrap_or(false))
}
