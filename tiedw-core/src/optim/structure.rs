//! The parameters that a module has at run time, where it holds a `Vec` or an `Option`.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::Module;
use crate::module::Path;

/// What an optimizer knows of the module that it stepped last.
#[derive(Clone, Debug, Default)]
pub(super) struct Structure {
    known: Option<u64>,
    /// Kept for its memory.
    path: Path,
}

impl Structure {
    /// Whether the module has other parameters than in the last step. Free of cost if its type says what it has.
    ///
    /// # Panics
    /// If the gradient has other parameters than the module, before anything is changed.
    #[inline]
    pub(super) fn changed<M: Module>(&mut self, module: &mut M, gradient: &M) -> bool {
        if const { M::SPEC.num_parameters().is_some() } {
            return false;
        }
        module.update(gradient, [], &mut |_, _, []| {});
        self.differs(module)
    }

    /// Whether the module has other parameters than the one that this was asked of last.
    pub(super) fn differs<M: Module>(&mut self, module: &M) -> bool {
        let mut hasher = DefaultHasher::new();
        module.visit(&mut self.path, &mut |path, parameter| {
            (path, parameter.as_slice().len()).hash(&mut hasher);
        });
        let now = Some(hasher.finish());
        std::mem::replace(&mut self.known, now) != now
    }

    /// Forgets the module.
    pub(super) fn forget(&mut self) {
        self.known = None;
    }
}

/// Makes the state of an optimizer fit a module that has grown or shrunk: what was there keeps its state, by name.
pub(super) fn refit<M: Module>(module: &M, parts: Vec<(&'static str, &mut Option<M>)>) {
    for (_, part) in parts {
        if let Some(old) = part.take() {
            let mut new = module.zeros_like();
            copy(&old, &mut new);
            *part = Some(new);
        }
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
        }
    });
}
