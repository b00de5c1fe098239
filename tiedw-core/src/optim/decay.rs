use crate::Module;

/// Decoupled weight decay, of the parameters that a predicate on the name chooses.
#[derive(Clone, Debug)]
pub(super) struct Decay {
    pub(super) amount: f64,
    chosen: Option<fn(&str) -> bool>,
    /// Whether each parameter decays, in the order of the module.
    flags: Vec<bool>,
}

impl Decay {
    pub(super) fn new(amount: f64) -> Self {
        Decay { amount, chosen: None, flags: Vec::new() }
    }

    pub(super) fn choose(&mut self, chosen: fn(&str) -> bool) {
        self.chosen = Some(chosen);
        self.flags.clear();
    }

    /// Whether each parameter of the module decays; nothing where all do.
    pub(super) fn flags<M: Module>(&mut self, module: &M) -> &[bool] {
        if let Some(chosen) = self.chosen
            && self.flags.is_empty()
        {
            self.flags = module.named_parameters().map(|(name, _)| chosen(&name)).collect();
        }
        &self.flags
    }
}
