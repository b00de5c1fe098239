use std::collections::HashMap;

use super::structure::Structure;
use crate::Module;
use crate::module::aliases;

/// Decoupled weight decay, of the parameters that a predicate on the name chooses.
#[derive(Clone, Debug)]
pub(super) struct Decay {
    pub(super) amount: f64,
    chosen: Option<fn(&str) -> bool>,
    /// Whether each parameter decays, in the order in which [`Module::update`] meets them.
    flags: Vec<bool>,
    /// The parameters that the flags are of.
    structure: Structure,
}

impl Decay {
    pub(super) fn new(amount: f64) -> Self {
        Decay { amount, chosen: None, flags: Vec::new(), structure: Structure::default() }
    }

    pub(super) fn choose(&mut self, chosen: fn(&str) -> bool) {
        self.chosen = Some(chosen);
        self.structure.forget();
    }

    /// Whether each parameter that an update meets decays; empty if all do.
    ///
    /// # Panics
    /// If the predicate chooses no parameter, by none of its names.
    pub(super) fn flags<M: Module>(&mut self, module: &mut M, gradient: &M) -> &[bool] {
        if let Some(chosen) = self.chosen
            && self.structure.differs(module)
        {
            self.flags = flags(module, gradient, chosen);
        }
        &self.flags
    }
}

/// An update skips what is frozen, so the flags are those of the parameters that it meets, told by where they are.
fn flags<M: Module>(module: &mut M, gradient: &M, chosen: fn(&str) -> bool) -> Vec<bool> {
    let mut is_chosen: HashMap<String, bool> =
        module.named_parameters().map(|(name, _)| (name.clone(), chosen(&name))).collect();
    let own: Vec<String> = is_chosen.keys().cloned().collect();
    for (alias, owner) in aliases(&M::SPEC, own.iter().map(String::as_str)) {
        if let Some(is_chosen) = is_chosen.get_mut(&owner.name) {
            *is_chosen |= chosen(&alias);
        }
    }
    assert!(
        own.is_empty() || is_chosen.values().any(|&chosen| chosen),
        "`decay_where` chooses no parameter; the module has {}",
        module.named_parameters().take(8).map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    );
    let places: HashMap<_, _> = module
        .named_parameters()
        .filter(|(_, parameter)| !parameter.as_slice().is_empty())
        .map(|(name, parameter)| (parameter.as_slice().as_ptr(), is_chosen[&name]))
        .collect();
    let mut flags = Vec::new();
    module.update(gradient, [], &mut |weights, _, []| {
        flags.push(places.get(&weights.as_ptr()).is_some_and(|&chosen| chosen));
    });
    flags
}
