//! The parameters that a module has at run time, where it holds a `Vec` or an `Option`.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::Module;
use crate::module::Path;

/// What an optimizer knows of the module that it stepped last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Structure {
    known: Option<u64>,
    /// Kept for its memory.
    path: Path,
}

impl Structure {
    /// Of this module.
    pub(crate) fn new<M: Module>(module: &M) -> Self {
        let mut structure = Structure::default();
        structure.differs(module);
        structure
    }

    /// What the module has, if its state is still to be made to fit it: before the first step, where the module has other
    /// parameters than in the last one, and where the state was set. Almost free of cost if its type says what it has.
    ///
    /// # Panics
    /// If the gradient has other parameters than the module, before anything is changed.
    #[inline]
    pub(super) fn changed<M: Module>(&mut self, module: &M, gradient: &M) -> Option<u64> {
        if const { is_fixed::<M>() } {
            return self.known.is_none().then_some(0);
        }
        // A panic may have left it further in.
        self.path.clear();
        module.assert_fits(gradient, &mut self.path);
        let now = self.of(module);
        (self.known != Some(now)).then_some(now)
    }

    /// Whether the module has other parameters than the one that this was asked of last.
    pub(crate) fn differs<M: Module>(&mut self, module: &M) -> bool {
        let now = Some(if const { is_fixed::<M>() } { 0 } else { self.of(module) });
        std::mem::replace(&mut self.known, now) != now
    }

    /// The names and sizes of the parameters.
    fn of<M: Module>(&mut self, module: &M) -> u64 {
        let mut hasher = DefaultHasher::new();
        module.visit(&mut self.path, &mut |path, parameter| {
            (path, parameter.as_slice().len()).hash(&mut hasher);
        });
        hasher.finish()
    }

    /// The state fits what [`changed`](Structure::changed) returned.
    pub(super) fn remember(&mut self, now: u64) {
        self.known = Some(now);
    }

    /// Forgets the module.
    pub(super) fn forget(&mut self) {
        self.known = None;
    }
}

/// Whether the type of a module says which parameters it has.
const fn is_fixed<M: Module>() -> bool {
    M::SPEC.num_parameters().is_some()
}

/// Makes the state of an optimizer fit a module that has grown or shrunk, after so many steps: what was there keeps its
/// state, by name, and what is new starts as it would in a first step.
pub(super) fn refit<M: Module, const S: usize>(module: &M, steps: u64, states: [&mut Option<M>; S]) {
    if const { is_fixed::<M>() } {
        return;
    }
    for old in states.into_iter().flatten() {
        let mut new = module.zeros_like();
        new.visit_mut(&mut Path::default(), &mut |_, mut state| state.kept_mut().missed = steps);
        copy(old, &mut new);
        *old = new;
    }
}

/// Copies the parameters that have the same name and size.
pub(super) fn copy<M: Module>(from: &M, to: &mut M) {
    let from: HashMap<_, _> = from.named_parameters().collect();
    to.visit_mut(&mut Path::default(), &mut |path, mut to| {
        if let Some(from) = from.get(&path.to_string())
            && from.as_slice().len() == to.as_mut_slice().len()
        {
            to.as_mut_slice().copy_from_slice(from.as_slice());
            *to.kept_mut() = from.kept();
        }
    });
}
