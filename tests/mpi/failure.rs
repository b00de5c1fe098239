//! A rank that fails while others wait for it.

use tiedw::parallel::mpi::{AllReduce, Ranks};
use tiedw::prelude::*;

use crate::net::{accumulate, batch, net};

pub(crate) fn a_panic(ranks: &Ranks) {
    let (net, batch) = (net(0), batch(13));
    let last = ranks.rank() == ranks.size() - 1;
    AllReduce::new(&net).value_and_grad(ranks, &net, 13, |net, gradient, rows| {
        assert!(!last, "the last rank fails");
        accumulate(net, gradient, &batch, rows)
    });
    unreachable!("no sum without the last rank");
}

pub(crate) fn different_lengths(ranks: &Ranks) {
    let layers = if ranks.rank() == ranks.size() - 1 { 3 } else { 2 };
    let mut stack: Vec<Linear<2, 2>> =
        (0..layers).map(|_| Linear { weight: Matrix::zeros(), bias: Vector::zeros() }).collect();
    ranks.broadcast(&mut stack);
    if ranks.is_first() {
        // What comes next, for which all are needed.
        ranks.broadcast(&mut stack);
    }
}
