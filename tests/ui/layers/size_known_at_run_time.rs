// Layers whose sizes are part of their type.

use tiedw::layers::{BatchNorm, Conv1d, Gru};
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<DYN, 4>,
}

fn main() {
    const _: usize = Net::NUM_PARAMETERS; //~
    const _: usize = BatchNorm::<DYN>::NUM_PARAMETERS; //~
    const _: usize = Conv1d::<4, DYN, 3>::NUM_PARAMETERS; //~
    const _: usize = Gru::<DYN, 4>::NUM_PARAMETERS; //~
}
