use tiedw::layers::{Gru, Lstm};
use tiedw::prelude::*;

use crate::run::{check, check_layer, golden, input, rng};

#[test]
fn gru() {
    check_layer!(golden!("recurrent", "gru"), Gru::<3, 5>::init(&mut rng()));
}

#[test]
fn lstm() {
    check_layer!(golden!("recurrent", "lstm"), Lstm::<3, 5>::init(&mut rng()));
}

/// Compares the states and, appended as further steps, the last ones.
#[test]
fn gru_from_a_state() {
    let case = golden!("recurrent", "gru_from");
    let (x, h) = (case.tensor("x"), case.tensor("h"));
    check(&case, Gru::<3, 5>::init(&mut rng()), |layer, gradient, dy| {
        let ((y, last), pullback) = layer.view().forward_from_vjp(&x, &h);
        let (d, dlast) = (dy.narrow(1, 0, 4), dy.narrow(1, 4, 1).reshape([2]));
        let (dx, dh) = pullback((Some(d), Some(dlast)), gradient.view_mut(), [true, true]);
        (y.cat_axis(&last.reshape([2, 1]), 1), vec![input("x", dx), input("h", dh)])
    });
}

#[test]
fn lstm_from_a_state() {
    let case = golden!("recurrent", "lstm_from");
    let (x, h, c) = (case.tensor("x"), case.tensor("h"), case.tensor("c"));
    check(&case, Lstm::<3, 5>::init(&mut rng()), |layer, gradient, dy| {
        let ((y, last, cell), pullback) = layer.view().forward_from_vjp(&x, &h, &c);
        let step = |at| Some(dy.narrow(1, at, 1).reshape([2]));
        let d = (Some(dy.narrow(1, 0, 4)), step(4), step(5));
        let (dx, dh, dc) = pullback(d, gradient.view_mut(), [true, true, true]);
        let ends = last.reshape([2, 1]).cat_axis(&cell.reshape([2, 1]), 1);
        (y.cat_axis(&ends, 1), vec![input("x", dx), input("h", dh), input("c", dc)])
    });
}
