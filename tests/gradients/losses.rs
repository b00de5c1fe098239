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
        check_op!(
            [logits],
            cross_entropy_loss(logits, &classes[..]),
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
        // Some of the different pairs are within the margin and some beyond, but none at it.
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

#[test]
fn cross_entropy_with_options() {
    let mut rng = rng();
    for leading in ROWS {
        let logits = random::<4>(leading, &mut rng);
        let classes: Vec<usize> = (0..logits.rows()).map(|row| (3 * row + 1) % 4).collect();
        for loss in [
            CrossEntropy::new().ignore_index(0),
            CrossEntropy::new().label_smoothing(0.3),
            CrossEntropy::new().label_smoothing(0.1).ignore_index(2),
        ] {
            check_op!(
                [logits],
                loss.loss(logits, &classes),
                {
                    let (value, pullback) = loss.loss_vjp(logits, &classes);
                    (value, move |d, [wanted]: [bool; 1]| (pullback(d, [false, wanted, false]).1,))
                },
                [true]
            );
        }
    }
}

#[test]
fn rows_that_do_not_count() {
    let logits = Tensor::<2>::from_vec([2], vec![0.0, 0.0, f32::INFINITY, 0.0]);
    let (loss, pullback) =
        CrossEntropy::new().ignore_index(9).loss_vjp(&logits, &tiedw::Ids::from_vec([2], vec![0, 9]));
    assert_eq!(loss, 2.0_f32.ln());
    let (_, dlogits, _) = pullback(1.0, [false, true, false]);
    assert_eq!(dlogits.unwrap().as_slice(), [-0.5, 0.5, 0.0, 0.0]);
    assert!(CrossEntropy::new().ignore_index(1).loss(&logits, &[1, 1]).is_nan());
}

/// A distance that is NaN is not one that is far enough.
#[test]
fn contrastive_losses_of_nan() {
    let (a, b) = (Tensor::from([[f32::NAN], [1.0]]), Tensor::from([[0.0], [5.0]]));
    for same in [true, false] {
        let losses = contrastive_losses(&a, &b, &[same; 2], 1.0);
        assert!(losses.as_slice()[0].is_nan() && !losses.as_slice()[1].is_nan());
    }
}

#[test]
#[should_panic(expected = "class 4 is not one of the 4 classes")]
fn classes_are_below_their_number() {
    CrossEntropy::new().ignore_index(5).loss(&Tensor::<4>::zeros([2]), &[5, 4]);
}

#[test]
fn regressions() {
    let mut rng = rng();
    for leading in ROWS {
        let (y, t) = (random::<3>(leading, &mut rng), random::<3>(leading, &mut rng));
        check_op!([y, t], l1_loss(y, t), l1_loss_vjp(y, t), [true, true]);
        let delta = 0.7123;
        check_op!([y, t, delta], huber_loss(y, t, *delta), huber_loss_vjp(y, t, *delta), [true; 3]);
    }
}

#[test]
fn embeddings() {
    let mut rng = rng();
    for leading in ROWS {
        let [a, b, c] = [(); 3].map(|()| random::<3>(leading, &mut rng));
        for margin in [0.1234, 1.5] {
            check_op!(
                [a, b, c, margin],
                triplet_margin_loss(a, b, c, *margin),
                triplet_margin_loss_vjp(a, b, c, *margin),
                [true; 4]
            );
        }
        let same: Vec<bool> = (0..a.rows()).map(|row| row % 2 == 1).collect();
        for margin in [-0.5, 0.1234] {
            check_op!(
                [a, b, margin],
                cosine_embedding_loss(a, b, &same, *margin),
                {
                    let (loss, pullback) = cosine_embedding_loss_vjp(a, b, &same, *margin);
                    (loss, move |d, [a, b, margin]: [bool; 3]| {
                        let (da, db, _, dmargin) = pullback(d, [a, b, false, margin]);
                        (da, db, dmargin)
                    })
                },
                [true; 3]
            );
        }
        let temperature = 0.5;
        check_op!(
            [a, b, temperature],
            info_nce_loss(a, b, *temperature),
            info_nce_loss_vjp(a, b, *temperature),
            [true; 3]
        );
    }
}
