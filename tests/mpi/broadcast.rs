use tiedw::Path;
use tiedw::module::Kind;
use tiedw::parallel::mpi::Ranks;
use tiedw::prelude::*;

use crate::net::{Net, net};

/// Creates a model that differs between ranks, also in its buffers.
fn of_rank(rank: usize) -> Net {
    let mut net = net(rank);
    net.visit_mut(Kind::Buffer, &mut Path::default(), &mut |_, mut buffer| {
        buffer.as_mut_slice().fill(rank as f32 + 0.5);
    });
    net
}

pub(crate) fn the_model_of_rank_0(ranks: &Ranks) {
    let mut here = of_rank(ranks.rank());
    assert_eq!(ranks.all_equal(&here), ranks.size() == 1);
    let before = ranks.traffic();
    ranks.broadcast(&mut here);
    let traffic = ranks.traffic() - before;
    assert_eq!(here, of_rank(0));
    assert!(ranks.all_equal(&here));
    // The count, and all values, including the frozen ones and the buffers.
    let given = if ranks.is_first() { 16 + 4 * (here.num_parameters() as u64 + 2 * 4) } else { 0 };
    assert_eq!(traffic.bytes, given);
}

pub(crate) fn the_buffers_of_rank_0(ranks: &Ranks) {
    let mut here = of_rank(ranks.rank());
    ranks.broadcast_buffers(&mut here);
    let expected = Net {
        norm: BatchNorm { weight: here.norm.weight.clone(), ..of_rank(0).norm },
        ..of_rank(ranks.rank())
    };
    assert_eq!(here, expected);
    assert_eq!(here.norm.running_mean[0], 0.5);
}

pub(crate) fn a_different_bit_is_found(ranks: &Ranks) {
    let mut here = net(0);
    here.norm.bias[0] = 0.0;
    assert!(ranks.all_equal(&here));
    if ranks.rank() == ranks.size() - 1 {
        here.norm.bias[0] = -0.0;
    }
    assert_eq!(ranks.all_equal(&here), ranks.size() == 1);
}
