use std::path::Path;

use super::contents::Contents;
use super::fit::Fit;
use super::optimizer::{Described, add};
use super::tensors::Tensors;
use super::{CheckpointError, LoadOptions, Loaded, Mismatch};
use crate::optim::OptimizerState;
use crate::{Closed, Module, Real};

/// Saves a model, its optimizer and the number of steps to one file, so that they are always from the same
/// step.
///
/// ```
/// use tiedw_core::{Vector, optim::Adam, state::{load_training, save_training}};
///
/// let (mut weights, mut adam) = (Vector::<1>::from_vec(vec![1.0]), Adam::new(0.1));
/// adam.step(&mut weights, &Vector::from_vec(vec![0.5]));
/// let path = std::env::temp_dir().join(format!("run-{}.safetensors", std::process::id()));
/// save_training(&path, 1, &weights, &adam)?;
///
/// let (mut resumed, mut its_adam) = (Vector::<1>::zeros(), Adam::new(0.1));
/// let step = load_training(&path, &mut resumed, &mut its_adam)?;
/// assert_eq!((step, resumed), (1, weights));
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), tiedw_core::state::CheckpointError>(())
/// ```
///
/// # Errors
/// If the file cannot be written.
pub fn save_training<M: Module<Elem: Real> + Closed, O: OptimizerState<M>>(
    path: impl AsRef<Path>,
    step: u64,
    module: &M,
    optimizer: &O,
) -> Result<(), CheckpointError> {
    let mut contents = Contents::new();
    contents.with_metadata("step", step.to_string());
    contents.with_module("model", module);
    add(&mut contents, "optimizer", optimizer);
    contents.save(path.as_ref())
}

/// Loads a file that [`save_training`] wrote, and returns the number of steps.
///
/// For a model that has changed since, see [`LoadOptions::load_training`].
///
/// ```
/// use tiedw_core::{Vector, optim::Adam, state::load_training};
///
/// let (mut weights, mut adam) = (Vector::<1>::zeros(), Adam::new(0.1));
/// let error = load_training("no/such/run.safetensors", &mut weights, &mut adam).unwrap_err();
/// assert!(error.to_string().starts_with("no/such/run.safetensors: "));
/// ```
///
/// # Errors
/// If the file cannot be read or does not match. The model and the optimizer are then unchanged.
pub fn load_training<M: Module<Elem: Real> + Closed, O: OptimizerState<M>>(
    path: impl AsRef<Path>,
    module: &mut M,
    optimizer: &mut O,
) -> Result<u64, CheckpointError> {
    LoadOptions::new().load_training(module, optimizer, path).map(|(step, _)| step)
}

impl LoadOptions<'_> {
    /// Loads a file that [`save_training`] wrote into a model that has changed since, and returns the number
    /// of steps.
    ///
    /// A moment is renamed as its parameter is. In a [`lenient`](LoadOptions::lenient) load, a parameter that
    /// is not in the file is unchanged, and starts with fresh optimizer state, as in a first step.
    ///
    /// ```
    /// use tiedw_core::{Vector, optim::Adam, state::{LoadOptions, save_training}};
    ///
    /// let (mut layers, mut adam) = (vec![Vector::from([1.0])], Adam::new(0.1));
    /// adam.step(&mut layers, &vec![Vector::from([0.5])]);
    /// let path = std::env::temp_dir().join(format!("shorter-{}.safetensors", std::process::id()));
    /// save_training(&path, 1, &layers, &adam)?;
    ///
    /// let (mut more, mut its_adam) = (vec![Vector::from([0.0]), Vector::from([7.0])], Adam::new(0.1));
    /// let (step, loaded) = LoadOptions::new().lenient().load_training(&mut more, &mut its_adam, &path)?;
    /// assert_eq!((step, &more[0], more[1][0]), (1, &layers[0], 7.0));
    /// assert_eq!(loaded.missing, ["1"]);
    /// # std::fs::remove_file(&path).unwrap();
    /// # Ok::<(), tiedw_core::state::CheckpointError>(())
    /// ```
    ///
    /// # Errors
    /// If the file cannot be read or does not match. The model and the optimizer are then unchanged.
    pub fn load_training<M: Module<Elem: Real> + Closed, O: OptimizerState<M>>(
        &self,
        module: &mut M,
        optimizer: &mut O,
        path: impl AsRef<Path>,
    ) -> Result<(u64, Loaded), CheckpointError> {
        Tensors::of_file(path.as_ref(), |tensors| {
            let step = tensors.metadata("step").and_then(|step| step.parse().ok());
            let step = step.ok_or_else(|| CheckpointError::format("no training run: `step` is no count"))?;
            let state = Described::read(optimizer, tensors)?;
            let (of_model, of_optimizer) = (tensors.within("model"), tensors.within("optimizer"));
            let mut model = Fit::of_module(module, &of_model, self).of_files(tensors.files);
            model.check_ties(&tensors.ties("model"), |name| M::SPEC.owner(name), self);
            let moments = state.fit(module, &of_optimizer, self).of_files(tensors.files);
            let mut wrong: Vec<Mismatch> = Vec::new();
            for checked in [model.check(self.is_lenient()), moments.check(self.is_lenient())] {
                match checked {
                    Err(CheckpointError::Mismatch(more)) => wrong.extend(more),
                    other => other?,
                }
            }
            if !wrong.is_empty() {
                return Err(CheckpointError::Mismatch(wrong));
            }
            model.fill_module(module);
            state.fill(&moments, optimizer, module);
            Ok((step, model.loaded()))
        })
    }
}
