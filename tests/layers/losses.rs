use tiedw::prelude::*;

use crate::check::{check_op, random, rng};

const ROWS: [&[usize]; 3] = [&[1], &[5], &[2, 3]];

#[test]
fn mse() {
    let mut rng = rng();
    for leading in ROWS {
        let (y, t) = (random::<3>(leading, &mut rng), random::<3>(leading, &mut rng));
        check_op!([y, t], mse_loss(y, t), mse_loss_vjp(y, t), [true, true]);
    }
}

#[test]
fn bce_with_logits() {
    let mut rng = rng();
    for leading in ROWS {
        let (y, t) = (random::<3>(leading, &mut rng), random::<3>(leading, &mut rng));
        let t = t.sigmoid();
        check_op!([y, t], bce_with_logits_loss(y, t), bce_with_logits_loss_vjp(y, t), [true, true]);
    }
}

#[test]
fn cross_entropy() {
    let mut rng = rng();
    for leading in ROWS {
        let logits = random::<4>(leading, &mut rng);
        let classes: Vec<usize> = (0..logits.rows()).map(|row| (3 * row + 1) % 4).collect();
        let value = |x: &Tensor<4, f64>| cross_entropy_loss(x, &classes[..]);
        check_op!(
            [logits],
            value(logits),
            {
                let (loss, pullback) = cross_entropy_loss_vjp(logits, &classes[..]);
                (loss, move |d, [wanted]: [bool; 1]| (pullback(d, [wanted, false]).0,))
            },
            [true]
        );
    }
}

#[test]
fn contrastive() {
    let mut rng = rng();
    for leading in ROWS {
        let (a, b) = (random::<3>(leading, &mut rng), random::<3>(leading, &mut rng));
        let same: Vec<bool> = (0..a.rows()).map(|row| row % 2 == 1).collect();
        // Some of the different pairs are within the margin and some beyond, none at it.
        let margin = 2.345;
        check_op!(
            [a, b, margin],
            contrastive_loss(a, b, &same, *margin),
            {
                let (loss, pullback) = contrastive_loss_vjp(a, b, &same, *margin);
                (loss, move |d, [a, b, margin]: [bool; 3]| {
                    let (da, db, _, dmargin) = pullback(d, [a, b, false, margin]);
                    (da, db, dmargin)
                })
            },
            [true, true, true]
        );
    }
}
