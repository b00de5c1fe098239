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
        // A later collective operation, for which all ranks are needed.
        ranks.broadcast(&mut stack);
    }
}

/// Puts the one layer into the other list on the last rank: as many values, with other names.
fn one_layer(ranks: &Ranks) -> (Vec<Linear<2, 2>>, Vec<Linear<2, 2>>) {
    let list = |has| (0..usize::from(has)).map(|_| Linear { weight: Matrix::zeros(), bias: Vector::zeros() });
    let last = ranks.rank() == ranks.size() - 1;
    (list(last).collect(), list(!last).collect())
}

pub(crate) fn different_names(ranks: &Ranks) {
    let net = one_layer(ranks);
    AllReduce::new(&net).sum_and_grad(ranks, &net, 3, |_, _, _| 1.0);
}

pub(crate) fn different_names_in_a_broadcast(ranks: &Ranks) {
    ranks.broadcast(&mut one_layer(ranks));
    if ranks.is_first() {
        ranks.broadcast(&mut one_layer(ranks));
    }
}

/// As many values and the same names on all ranks, with another shape on the last rank.
pub(crate) fn different_shapes(ranks: &Ranks) {
    let last = ranks.rank() == ranks.size() - 1;
    let mut weight = Matrix::<DYN, DYN>::zeros_of(if last { [2, 6] } else { [3, 4] });
    ranks.broadcast(&mut weight);
    if ranks.is_first() {
        ranks.broadcast(&mut weight);
    }
}
