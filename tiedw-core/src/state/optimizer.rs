use std::collections::HashMap;
use std::path::Path;

use super::contents::Contents;
use super::fit::Fit;
use super::source::Place;
use super::tensors::Tensors;
use super::{CheckpointError, LoadOptions, within};
use crate::module::{self, Kind, Owner};
use crate::optim::OptimizerState;
use crate::{Module, Real};

/// Saves and loads the state of an optimizer, so that a resumed run continues bit for bit.
///
/// Moments have PyTorch's names: `exp_avg.fc1.weight`. The metadata contains the number of steps, and the
/// number of those in which a parameter took no part, if any. Hyperparameters such as the learning rate are
/// not saved: set them when creating the optimizer.
///
/// ```
/// use tiedw_core::{Vector, optim::Adam, state::OptimizerCheckpoint};
///
/// let mut weights = Vector::<1>::from_vec(vec![1.0]);
/// let gradient = Vector::from_vec(vec![0.5]);
/// let mut adam = Adam::new(0.1);
/// adam.step(&mut weights, &gradient);
///
/// let mut resumed = Adam::new(0.1);
/// resumed.load_bytes(&adam.to_bytes(), &weights)?;
/// let mut other = weights.clone();
/// adam.step(&mut weights, &gradient);
/// resumed.step(&mut other, &gradient);
/// assert_eq!(weights, other);
/// # Ok::<(), tiedw_core::state::CheckpointError>(())
/// ```
pub trait OptimizerCheckpoint<M: Module<Elem: Real>>: OptimizerState<M> {
    /// Writes a `safetensors` file, as [`Checkpoint::save`](super::Checkpoint::save) does.
    ///
    /// # Errors
    /// If the file cannot be written.
    fn save(&self, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
        contents(self).save(path.as_ref())
    }

    /// Reads the state of an optimizer of the same type for `module`.
    ///
    /// # Errors
    /// If the file cannot be read or does not match, with the optimizer then unchanged.
    fn load(&mut self, path: impl AsRef<Path>, module: &M) -> Result<(), CheckpointError> {
        Tensors::of_file(path.as_ref(), |tensors| load(self, module, tensors))
    }

    /// Returns the bytes of the file that [`save`](OptimizerCheckpoint::save) writes.
    fn to_bytes(&self) -> Vec<u8> {
        contents(self).to_bytes()
    }

    /// As [`load`](OptimizerCheckpoint::load), from the bytes of a file.
    ///
    /// # Errors
    /// If the bytes are not a `safetensors` file or do not match, with the optimizer then unchanged.
    fn load_bytes(&mut self, bytes: &[u8], module: &M) -> Result<(), CheckpointError> {
        load(self, module, &Tensors::parse(bytes)?)
    }
}

impl<M: Module<Elem: Real>, O: OptimizerState<M>> OptimizerCheckpoint<M> for O {}

fn contents<M: Module<Elem: Real>, O: OptimizerState<M> + ?Sized>(optimizer: &O) -> Contents<'_, M::Elem> {
    let mut contents = Contents::new();
    add(&mut contents, "", optimizer);
    contents
}

/// Adds the state of an optimizer, under `prefix`.
pub(super) fn add<'o, M: Module<Elem: Real>, O: OptimizerState<M> + ?Sized>(
    contents: &mut Contents<'o, M::Elem>,
    prefix: &str,
    optimizer: &'o O,
) {
    let parts = optimizer.parts().into_iter().filter_map(|(name, part)| Some((name, part.as_ref()?)));
    let parts: Vec<(&str, &M)> = parts.collect();
    let names: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
    contents.with_metadata("optimizer", O::NAME);
    contents.with_metadata("optimizer_parts", names.join(" "));
    contents.with_metadata("optimizer_steps", optimizer.steps().to_string());
    if let [(_, module), ..] = parts[..] {
        let missed = module.named_parameters().map(|(name, state)| (name, state.kept().missed));
        let missed = missed.filter(|&(_, missed)| missed > 0 && optimizer.steps() > 0);
        let missed: Vec<String> = missed.map(|(name, missed)| format!("{name}={missed}")).collect();
        if !missed.is_empty() {
            contents.with_metadata("optimizer_missed", missed.join(" "));
        }
    }
    for (part, module) in parts {
        for (name, numbers) in module.named_parameters() {
            contents.with_tensor(within(prefix, &within(part, &name)), numbers);
        }
    }
}

fn load<M: Module<Elem: Real>, O: OptimizerState<M> + ?Sized>(
    optimizer: &mut O,
    module: &M,
    tensors: &Tensors<'_>,
) -> Result<(), CheckpointError> {
    let state = Described::read(optimizer, tensors)?;
    let fit = state.fit(module, &tensors.named, &LoadOptions::new()).of_files(tensors.files);
    fit.check(false)?;
    state.fill(&fit, optimizer, module);
    Ok(())
}

/// The description of an optimizer in the metadata.
pub(super) struct Described {
    parts: Vec<&'static str>,
    steps: u64,
    /// The number of steps in which a parameter took no part, if any.
    missed: HashMap<String, u64>,
}

impl Described {
    pub(super) fn read<M: Module<Elem: Real>, O: OptimizerState<M> + ?Sized>(
        optimizer: &O,
        tensors: &Tensors<'_>,
    ) -> Result<Self, CheckpointError> {
        match tensors.metadata("optimizer") {
            Some(name) if name == O::NAME => {}
            Some(name) => {
                return Err(CheckpointError::format(format!("the state of {name}, not of {}", O::NAME)));
            }
            None => return Err(CheckpointError::format("no state of an optimizer")),
        }
        let known: Vec<&str> = optimizer.parts().into_iter().map(|(name, _)| name).collect();
        let names = tensors.metadata("optimizer_parts").unwrap_or_default();
        let part = |name: &str| {
            let part = known.iter().find(|known| **known == name).copied();
            part.ok_or_else(|| CheckpointError::format(format!("{} keeps no `{name}`", O::NAME)))
        };
        let parts = names.split_whitespace().map(part).collect::<Result<_, _>>()?;
        let steps = tensors.metadata("optimizer_steps").and_then(|steps| steps.parse().ok());
        let steps = steps.ok_or_else(|| CheckpointError::format("`optimizer_steps` is no count"))?;
        let missed = tensors.metadata("optimizer_missed").unwrap_or_default();
        let missed = missed.split_whitespace().map(|entry| {
            let (name, missed) = entry.split_once('=')?;
            missed.parse().ok().filter(|&missed| missed <= steps).map(|missed| (name.to_owned(), missed))
        });
        let missed = missed
            .collect::<Option<_>>()
            .ok_or_else(|| CheckpointError::format("`optimizer_missed` says no counts of steps"))?;
        Ok(Described { parts, steps, missed })
    }

    pub(super) fn fit<'f, M: Module<Elem: Real>>(
        &self,
        module: &M,
        tensors: &'f [(String, safetensors::tensor::TensorView<'f>)],
        options: &LoadOptions<'_>,
    ) -> Fit<'f> {
        // With the parameters of a gradient: without frozen ones.
        let zeros = module.zeros_like();
        let places = self.parts.iter().flat_map(|part| {
            zeros.named_parameters().map(move |(name, numbers)| Place::new(within(part, &name), &numbers))
        });
        let places = places.collect();
        let owner = |name: &str| {
            let (part, rest) = name.split_once('.').unwrap_or((name, ""));
            let owner = M::SPEC.owner(rest)?;
            Some(Owner { name: within(part, &owner.name), ..owner })
        };
        // A moment is renamed as its parameter is.
        let names = |name: &str| {
            let (part, rest) = name.split_once('.').unwrap_or((name, ""));
            Some(options.names(rest)?.iter().map(|name| within(part, name)).collect())
        };
        let mut fit = Fit::new::<M::Elem>(places, tensors, owner, names);
        fit.count_lists(|name| M::SPEC.is_list(name.split_once('.').map_or("", |(_, rest)| rest)));
        fit
    }

    /// Sets each state module to that of the file, or to `None`.
    pub(super) fn fill<M: Module<Elem: Real>, O: OptimizerState<M> + ?Sized>(
        &self,
        fit: &Fit<'_>,
        optimizer: &mut O,
        like: &M,
    ) {
        let mut loaded: Vec<M> = self.parts.iter().map(|_| like.zeros_like()).collect();
        let mut numbers: Vec<_> = loaded.iter_mut().flat_map(|part| part.parameters_mut()).collect();
        fit.fill(numbers.iter_mut().map(|numbers| numbers.as_mut_slice()));
        let mut found = fit.found();
        for part in &mut loaded {
            part.visit_mut(Kind::Parameter, &mut module::Path::default(), &mut |path, mut state| {
                // A parameter that is not in the file starts as in a first step.
                state.set_missed(match found.next() {
                    Some(false) => self.steps,
                    _ => self.missed.get(&path.to_string()).copied().unwrap_or(0),
                });
            });
        }
        let mut loaded: Vec<_> = self.parts.iter().zip(loaded).collect();
        for (name, part) in optimizer.parts_mut() {
            let at = loaded.iter().position(|(loaded, _)| **loaded == name);
            *part = at.map(|at| loaded.swap_remove(at).1);
        }
        optimizer.set_steps(self.steps);
    }
}
