// Sizes that are known at run time, where a number must be part of the type.

use tiedw::layers::{BatchNorm, Conv1d, Conv2d, GroupNorm, Gru};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<DYN, 4>,
}

fn main() {
    const _: usize = Net::NUM_PARAMETERS; //~
    const _: usize = BatchNorm::<DYN>::NUM_PARAMETERS; //~
    const _: usize = Conv1d::<4, 8, DYN>::NUM_PARAMETERS; //~
    const _: usize = GroupNorm::<2, DYN>::NUM_PARAMETERS; //~
    const _: usize = Conv2d::<4, 8, 3, DYN, DYN>::NUM_PARAMETERS; // No shape depends on these.
    const _: usize = Gru::<DYN, 4>::NUM_PARAMETERS; //~
}
