use std::collections::HashSet;

use crate::Module;
use crate::module::{Kind, Path, aliases};

/// The maximum number of names in an error message.
const LISTED: usize = 12;

/// Decoupled weight decay of the parameters whose names match a predicate.
#[derive(Clone, Debug)]
pub(super) struct Decay {
    pub(super) amount: f64,
    pub(super) chosen: Option<fn(&str) -> bool>,
}

impl Decay {
    pub(super) fn new(amount: f64) -> Self {
        Decay { amount, chosen: None }
    }

    /// Marks the parameters that are exempt from decay in `state`, a state module of the optimizer
    /// `optimizer`.
    ///
    /// # Panics
    /// If the predicate matches no name of any trained parameter.
    pub(super) fn mark<M: Module>(&self, state: &mut M, optimizer: &str) {
        let chosen = self.chosen.map(|chosen| owners_chosen(state, optimizer, chosen));
        state.visit_mut(Kind::Parameter, &mut Path::default(), &mut |path, mut state| {
            let exempt = chosen.as_ref().is_some_and(|chosen| !chosen.contains(&path.to_string()));
            state.set_exempt(exempt);
        });
    }
}

/// Returns the owners' names of the matching parameters.
fn owners_chosen<M: Module>(state: &M, optimizer: &str, chosen: fn(&str) -> bool) -> HashSet<String> {
    let owned: Vec<String> = state.named_parameters().map(|(name, _)| name).collect();
    let tied = aliases(&M::SPEC, owned.iter().map(String::as_str));
    let tied: Vec<(String, String)> = tied.into_iter().map(|(alias, owner)| (alias, owner.name)).collect();
    let all = owned.iter().map(|name| (name, name)).chain(tied.iter().map(|(alias, owner)| (alias, owner)));
    let is_owned: HashSet<&String> = owned.iter().collect();
    let (mut names, mut owners) = (Vec::new(), HashSet::new());
    for (name, owner) in all.filter(|(_, owner)| is_owned.contains(owner)) {
        names.push(format!("`{name}`"));
        if chosen(name) {
            owners.insert(owner.clone());
        }
    }
    let more =
        if names.len() > LISTED { format!(", and {} more", names.len() - LISTED) } else { String::new() };
    assert!(
        names.is_empty() || !owners.is_empty(),
        "`{optimizer}::decay_where` chooses no parameter that is trained; the names are {}{more}",
        names[..names.len().min(LISTED)].join(", ")
    );
    owners
}
