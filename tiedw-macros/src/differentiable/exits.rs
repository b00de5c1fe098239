//! Which exits a step or a block contains: `return`, `break` and `continue` of something around it.

use std::collections::BTreeSet;

use super::model::{Block, Exit, Loop, Region, Step};

/// What an exit leaves, and whether it ends only an iteration of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    pub(super) region: Region,
    pub(super) continues: bool,
}

impl Exit {
    pub(super) fn way(&self) -> Way {
        Way { region: self.region, continues: self.value.is_none() }
    }
}

impl Loop {
    /// The exits of iterations, except those that only end an iteration of this loop.
    pub(super) fn breaks(&self) -> BTreeSet<Way> {
        let own = Way { region: self.region, continues: true };
        self.body.ways().into_iter().filter(|&way| way != own).collect()
    }

    /// Whether a `break` leaves it.
    pub(super) fn is_broken(&self) -> bool {
        self.breaks().iter().any(|way| way.region == self.region)
    }
}

impl Step {
    /// The exits that lead out of the step.
    pub(super) fn ways(&self) -> BTreeSet<Way> {
        match self {
            Step::Exit(exit) => BTreeSet::from([exit.way()]),
            Step::Branch(branch) => {
                let ways = branch.arms.iter().flat_map(Block::ways);
                ways.filter(|way| Some(way.region) != branch.region).collect()
            }
            Step::Checkpoint(inner) => inner.block.ways(),
            Step::Loop(inner) => {
                inner.breaks().into_iter().filter(|way| way.region != inner.region).collect()
            }
            _ => BTreeSet::new(),
        }
    }

    /// Whether what follows is never reached.
    pub(super) fn diverges(&self) -> bool {
        match self {
            Step::Exit(_) => true,
            Step::Branch(branch) => {
                branch.arms.iter().all(Block::diverges)
                    && !branch.arms.iter().flat_map(Block::ways).any(|way| Some(way.region) == branch.region)
            }
            Step::Loop(inner) => inner.is_endless && !inner.is_broken(),
            _ => false,
        }
    }
}

impl Block {
    /// The exits that lead out of the block.
    pub(super) fn ways(&self) -> BTreeSet<Way> {
        self.steps.iter().flat_map(Step::ways).collect()
    }

    /// Whether an exit leads out of the block.
    pub(super) fn is_left(&self) -> bool {
        self.steps.iter().any(|step| !step.ways().is_empty())
    }

    /// Whether its end is never reached.
    pub(super) fn diverges(&self) -> bool {
        self.steps.last().is_some_and(Step::diverges)
    }
}
