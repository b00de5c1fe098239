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
    const _: usize = Conv1d::<4, 8, 3, DYN>::NUM_PARAMETERS; //~
    const _: usize = Conv2d::<4, 8, 3, 1, DYN>::NUM_PARAMETERS; //~
    const _: usize = GroupNorm::<DYN, 4>::NUM_PARAMETERS; //~
    const _: usize = Gru::<DYN, 4>::NUM_PARAMETERS; //~
}
