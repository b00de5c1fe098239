use std::io;
use std::path::Path;

use ::mpi::traits::Equivalence;

use super::Ranks;
use crate::optim::OptimizerState;
use crate::state::{self, CheckpointError};
use crate::{Closed, Module, Real};

impl Ranks {
    /// Saves a model, its optimizer and the number of steps from rank 0, as [`save_training`](state::save_training)
    /// does. Returns once the file is written. Collective.
    ///
    /// # Errors
    /// On all ranks, if the file cannot be written; the error of rank 0 has the cause.
    pub fn save_training<M: Module<Elem: Real> + Closed, O: OptimizerState<M>>(
        &self,
        path: impl AsRef<Path>,
        step: u64,
        module: &M,
        optimizer: &O,
    ) -> Result<(), CheckpointError> {
        let path = path.as_ref();
        self.of_first(path, "write", || state::save_training(path, step, module, optimizer)).map(drop)
    }

    /// Loads on rank 0 what [`save_training`](Ranks::save_training) wrote, broadcasts it, and returns the number of
    /// steps. The other ranks need no access to the file. Collective.
    ///
    /// # Errors
    /// On all ranks, if the file cannot be read or does not match; the error of rank 0 has the cause. Model and
    /// optimizer are unchanged then.
    pub fn load_training<M: Module<Elem: Equivalence + Real> + Closed, O: OptimizerState<M>>(
        &self,
        path: impl AsRef<Path>,
        module: &mut M,
        optimizer: &mut O,
    ) -> Result<u64, CheckpointError> {
        let path = path.as_ref();
        let read = self.of_first(path, "read", || state::load_training(path, module, optimizer))?;

        let mut counts = vec![read.unwrap_or_default(), optimizer.steps()];
        counts.extend(optimizer.parts().iter().map(|(_, part)| u64::from(part.is_some())));
        self.broadcast_values(&mut counts);
        self.broadcast(module);
        optimizer.set_steps(counts[1]);
        for ((_, part), &kept) in optimizer.parts_mut().into_iter().zip(&counts[2..]) {
            if kept == 0 {
                *part = None;
            } else {
                let part = part.get_or_insert_with(|| module.zeros_like());
                self.broadcast(part);
                let mut missed: Vec<u64> = part.parameters().map(|state| state.kept().missed).collect();
                self.broadcast_values(&mut missed);
                for (mut state, missed) in part.parameters_mut().zip(missed) {
                    state.set_missed(missed);
                }
            }
        }
        Ok(counts[0])
    }

    /// Runs `first` on rank 0, and returns an error on all ranks if it fails there.
    fn of_first<T>(
        &self,
        path: &Path,
        does: &str,
        first: impl FnOnce() -> Result<T, CheckpointError>,
    ) -> Result<Option<T>, CheckpointError> {
        let done = if self.is_first() { first().map(Some) } else { Ok(None) };
        if !self.all(done.is_ok()) && done.is_ok() {
            let error = io::Error::other(format!("rank 0 could not {does} it"));
            return Err(CheckpointError::Io { path: path.to_owned(), error });
        }
        done
    }
}
