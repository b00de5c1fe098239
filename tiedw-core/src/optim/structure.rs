//! Changes in the set of a module's parameters, for modules with a `Vec`, an `Option` or a size that is `DYN`.

use std::collections::HashMap;

use crate::Module;
use crate::module::{Fingerprint, Kind, Path, common_fingerprint, fingerprint};

/// A fingerprint of the module of an optimizer's last step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Structure {
    known: Option<Fingerprint>,
}

impl Structure {
    /// Creates the fingerprint of `module`.
    pub(crate) fn new<M: Module>(module: &M) -> Self {
        let mut structure = Structure::default();
        structure.differs(module);
        structure
    }

    /// Returns a new fingerprint if the optimizer's state must be adapted to `module`: before the first step,
    /// if the module's parameters differ from those of the last step, or if the state was set. Almost free if
    /// the parameters are fixed by the type.
    ///
    /// # Panics
    /// If the parameters of the gradient differ from those of the module, before anything is changed.
    #[inline]
    #[track_caller]
    pub(super) fn changed<M: Module>(&mut self, module: &M, gradient: &M) -> Option<Fingerprint> {
        if const { is_fixed::<M>() } {
            return self.known.is_none().then(Fingerprint::default);
        }
        let now = common_fingerprint(module, gradient);
        (self.known != Some(now)).then_some(now)
    }

    /// Returns whether the module's parameters differ from those of the previous call, and stores the new
    /// fingerprint.
    pub(crate) fn differs<M: Module>(&mut self, module: &M) -> bool {
        let now = Some(fingerprint(module));
        std::mem::replace(&mut self.known, now) != now
    }

    /// Stores the fingerprint that [`changed`](Structure::changed) returned.
    pub(super) fn remember(&mut self, now: Fingerprint) {
        self.known = Some(now);
    }

    /// Clears the fingerprint.
    pub(super) fn forget(&mut self) {
        self.known = None;
    }
}

/// Returns whether the type of a module determines its parameters.
const fn is_fixed<M: Module>() -> bool {
    M::SPEC.num_parameters().is_some()
}

/// Adapts an optimizer's state to a module that has grown or shrunk, after `steps` steps. Existing parameters
/// keep their state, by name; new ones start as in a first step.
pub(super) fn refit<M: Module, const S: usize>(module: &M, steps: u64, states: [&mut Option<M>; S]) {
    if const { is_fixed::<M>() } {
        return;
    }
    for old in states.into_iter().flatten() {
        let mut new = module.zeros_like();
        new.visit_mut(Kind::Parameter, &mut Path::default(), &mut |_, mut state| state.set_missed(steps));
        copy(old, &mut new);
        *old = new;
    }
}

/// Copies the parameters with equal names and shapes.
pub(super) fn copy<M: Module>(from: &M, to: &mut M) {
    let from: HashMap<_, _> = from.named_parameters().collect();
    to.visit_mut(Kind::Parameter, &mut Path::default(), &mut |path, mut to| {
        if let Some(from) = from.get(&path.to_string())
            && from.shape() == to.shape()
        {
            to.as_mut_slice().copy_from_slice(from.as_slice());
            to.set_kept(from.kept());
        }
    });
}
