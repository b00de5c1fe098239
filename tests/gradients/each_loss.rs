//! The losses of elements and rows, with their means.

use tiedw::prelude::*;

use crate::check::{check_op, random, rng};

const ROWS: [&[usize]; 4] = [&[], &[1], &[5], &[2, 3]];

/// Checks a mean and the losses that it is of, by their pairs of value and pullback, given the cotangents that there are.
macro_rules! check_both {
    ([$($x:ident),+], $mean:expr, $each:expr, |$all:pat_param| $some:expr) => {
        check_one!([$($x),+], $mean, |$all| $some);
        check_one!([$($x),+], $each, |$all| $some);
    };
}
macro_rules! check_one {
    ([$($x:ident),+], $pair:expr, |$all:pat_param| $some:expr) => {
        check_op!(
            [$($x),+],
            $pair.0,
            {
                let (value, pullback) = $pair;
                (value, move |d, ()| {
                    let $all = pullback(d, [true; _]);
                    $some
                })
            },
            ()
        )
    };
}

/// Some flags of the shape of a tensor.
fn flags<const F: usize, E: Element>(x: &Tensor<F, E>) -> Mask<F> {
    let count = x.as_slice().len();
    Mask::from_shape_vec(x.shape(), (0..count).map(|at| at % 3 != 1).collect())
}

#[test]
fn regressions() {
    let mut rng = rng();
    for leading in ROWS {
        let (y, t) = (random::<3>(leading, &mut rng), random::<3>(leading, &mut rng));
        let (variance, number) = (random::<3>(leading, &mut rng).abs() + 0.2, 0.7123);
        check_op!([y, t], mse_losses(y, t), mse_losses_vjp(y, t), [true; 2]);
        check_op!([y, t], l1_losses(y, t), l1_losses_vjp(y, t), [true; 2]);
        check_op!([y, t, number], huber_losses(y, t, *number), huber_losses_vjp(y, t, *number), [true; 3]);
        check_both!(
            [y, t, number],
            smooth_l1_loss_vjp(y, t, *number),
            smooth_l1_losses_vjp(y, t, *number),
            |all| all
        );
        check_both!(
            [y, t, variance],
            gaussian_nll_loss_vjp(y, t, variance),
            gaussian_nll_losses_vjp(y, t, variance),
            |all| all
        );
        assert_eq!(gaussian_nll_losses(&y, &t, &variance).mean(), gaussian_nll_loss(&y, &t, &variance));
    }
}

#[test]
fn binary() {
    let mut rng = rng();
    for leading in ROWS {
        let (x, t) = (random::<3>(leading, &mut rng), random::<3>(leading, &mut rng).sigmoid());
        check_op!([x, t], bce_with_logits_losses(x, t), bce_with_logits_losses_vjp(x, t), [true; 2]);
        for loss in [
            BceWithLogits::new(),
            BceWithLogits::new().pos_weight([2.5]),
            BceWithLogits::new().pos_weight([2.5, 0.25, 1.0]),
        ] {
            check_both!([x, t], loss.loss_vjp(x, t), loss.losses_vjp(x, t), |(_, dx, dt)| (dx, dt));
            assert_eq!(loss.losses(&x, &t).mean(), loss.loss(&x, &t));
        }
        for (alpha, gamma) in [(0.25, 2.0), (0.6, 1.5), (0.3, 0.5)] {
            check_both!(
                [x, t, alpha, gamma],
                sigmoid_focal_loss_vjp(x, t, *alpha, *gamma),
                sigmoid_focal_losses_vjp(x, t, *alpha, *gamma),
                |all| all
            );
        }
        assert_eq!(sigmoid_focal_losses(&x, &t, -1.0, 0.0), bce_with_logits_losses(&x, &t));
    }
}

#[test]
fn margins() {
    let mut rng = rng();
    for leading in ROWS {
        let (x, y) = (random::<3>(leading, &mut rng), random::<3>(leading, &mut rng));
        let margin = 0.4123;
        check_both!(
            [x, margin],
            hinge_embedding_loss_vjp(x, &flags(x), *margin),
            hinge_embedding_losses_vjp(x, &flags(x), *margin),
            |(dx, _, dmargin)| (dx, dmargin)
        );
        check_both!(
            [x, y, margin],
            margin_ranking_loss_vjp(x, y, &flags(x), *margin),
            margin_ranking_losses_vjp(x, y, &flags(x), *margin),
            |(dx, dy, _, dmargin)| (dx, dy, dmargin)
        );
        check_both!(
            [x],
            soft_margin_loss_vjp(x, &flags(x)),
            soft_margin_losses_vjp(x, &flags(x)),
            |(dx, _)| (dx,)
        );
    }
}

#[test]
fn classes_and_distributions() {
    let mut rng = rng();
    let weights = [0.5, 2.0, 1.25, 0.75];
    let plain = CrossEntropy::new;
    for leading in ROWS {
        let (x, t) = (random::<4>(leading, &mut rng), random::<4>(leading, &mut rng).softmax());
        let classes: Vec<usize> = (0..x.rows()).map(|row| (3 * row + 1) % 4).collect();
        for loss in [
            plain(),
            plain().class_weights(weights),
            plain().class_weights(weights).label_smoothing(0.3).ignore_index(0),
            plain().of_log_probs().class_weights(weights).label_smoothing(0.3).ignore_index(2),
            plain().of_log_probs().label_smoothing(0.3),
            plain().focal(2.0),
            plain().focal(0.5).class_weights(weights).label_smoothing(0.2).ignore_index(2),
            plain().focal(1.0).label_smoothing(0.2),
        ] {
            check_both!([x], loss.loss_vjp(x, &classes), loss.losses_vjp(x, &classes), |(_, dx, _)| (dx,));
            check_one!([x], loss.sum_vjp(x, &classes), |(_, dx, _)| (dx,));
            assert_eq!(loss.losses_vjp(&x, &classes).0, loss.losses(&x, &classes));
            assert_eq!(loss.loss_vjp(&x, &classes).0, loss.loss(&x, &classes));
            let mean = loss.sum(&x, &classes) / loss.divisor(&classes);
            assert!((loss.loss(&x, &classes) - mean).abs() < 1e-12);
        }
        check_both!([x], nll_loss_vjp(x, &classes), nll_losses_vjp(x, &classes), |(dx, _)| (dx,));
        check_one!([x], cross_entropy_losses_vjp(x, &classes), |(dx, _)| (dx,));
        check_both!([x, t], kl_div_loss_vjp(x, t), kl_div_losses_vjp(x, t), |all| all);
        check_both!([x, t], soft_cross_entropy_loss_vjp(x, t), soft_cross_entropy_losses_vjp(x, t), |all| {
            all
        });
        let smoothed = CrossEntropy::new().label_smoothing(0.2);
        for loss in [smoothed.clone(), smoothed.of_log_probs()] {
            check_both!([x, t], loss.soft_loss_vjp(x, t), loss.soft_losses_vjp(x, t), |(_, dx, dt)| (dx, dt));
            assert_eq!(loss.soft_loss(&x, &t), loss.soft_losses(&x, &t).mean());
        }
        assert_eq!(soft_cross_entropy_loss(&x, &t), soft_cross_entropy_losses(&x, &t).mean());
        assert_eq!(kl_div_loss(&x, &t), kl_div_losses(&x, &t).mean());
    }
}

#[test]
fn embeddings() {
    let mut rng = rng();
    for leading in ROWS {
        let [a, b, c] = [(); 3].map(|()| random::<3>(leading, &mut rng));
        let same: Vec<bool> = (0..a.rows()).map(|row| row % 2 == 1).collect();
        let (margin, temperature) = (1.2345, 0.5);
        check_one!([a, b, c, margin], triplet_margin_losses_vjp(a, b, c, *margin), |all| all);
        let cosine = 0.1234;
        check_one!([a, b, cosine], cosine_embedding_losses_vjp(a, b, &same, *cosine), |(da, db, _, d)| (
            da, db, d
        ));
        check_one!([a, b, margin], contrastive_losses_vjp(a, b, &same, *margin), |(da, db, _, d)| (
            da, db, d
        ));
        check_one!([a, b, temperature], info_nce_losses_vjp(a, b, *temperature), |all| all);
    }
}

#[test]
fn batches() {
    let mut rng = rng();
    for leading in [&[4][..], &[5], &[2, 3]] {
        let [a, b] = [(); 2].map(|()| random::<3>(leading, &mut rng));
        let temperature = 0.5;
        // Some rows have no other of their class.
        let classes: Vec<usize> = (0..a.rows()).map(|row| [0, 1, 0, 0, 2, 1][row]).collect();
        check_both!(
            [a, temperature],
            supervised_contrastive_loss_vjp(a, &classes, *temperature),
            supervised_contrastive_losses_vjp(a, &classes, *temperature),
            |(da, _, dtemperature)| (da, dtemperature)
        );
        check_both!(
            [a, b, temperature],
            nt_xent_loss_vjp(a, b, *temperature),
            nt_xent_losses_vjp(a, b, *temperature),
            |all| all
        );
        // Some of the deviations are below 1.
        let a = &a * &Tensor::from([0.3, 1.0, 2.0]);
        let (invariance, variance, covariance) = (2.5, 1.5, 0.5);
        check_one!(
            [a, b, invariance, variance, covariance],
            vicreg_loss_vjp(a, b, *invariance, *variance, *covariance),
            |all| all
        );
        check_one!([a, b, covariance], barlow_twins_loss_vjp(a, b, *covariance), |all| all);
        assert_eq!(vicreg_loss(&a, &b, 2.5, 1.5, 0.5), vicreg_loss_vjp(&a, &b, 2.5, 1.5, 0.5).0);
        assert_eq!(barlow_twins_loss(&a, &b, 0.5), barlow_twins_loss_vjp(&a, &b, 0.5).0);
        assert_eq!(nt_xent_losses(&a, &b, 0.5).mean(), nt_xent_loss(&a, &b, 0.5));
    }
}

/// One row has no other, and no variance.
#[test]
fn batches_of_one_and_none() {
    let x = Tensor::<2>::from([[1.0, 2.0]]);
    let (loss, pullback) = supervised_contrastive_loss_vjp(&x, &[0], 0.5);
    assert_eq!((loss, pullback(1.0, [true; 3])), (0.0, (Some(Tensor::zeros([1])), None, Some(0.0))));
    let (loss, pullback) = nt_xent_loss_vjp(&x, &x, 0.5);
    assert_eq!((loss, pullback(1.0, [true; 3]).0), (0.0, Some(Tensor::zeros([1]))));
    assert!(vicreg_loss(&x, &x, 1.0, 1.0, 1.0).is_nan());
    let none = Tensor::<2>::zeros([0]);
    assert!(
        supervised_contrastive_loss(&none, &[], 0.5).is_nan() && nt_xent_loss(&none, &none, 0.5).is_nan()
    );
    let (loss, pullback) = nt_xent_loss_vjp(&none, &none, 0.5);
    assert!(loss.is_nan() && pullback(1.0, [true; 3]).1.unwrap().shape() == [0, 2]);
    let (loss, pullback) = barlow_twins_loss_vjp(&none, &none, 0.5);
    assert!(loss.is_nan() && pullback(1.0, [true; 3]).1.unwrap().shape() == [0, 2]);
    let (loss, pullback) = vicreg_loss_vjp(&none, &none, 1.0, 1.0, 1.0);
    assert!(loss.is_nan() && pullback(1.0, [true; 5]).1.unwrap().shape() == [0, 2]);
}

/// What gets no cotangent has no gradient, also if its loss is infinite or NaN.
#[test]
fn losses_without_cotangents() {
    let x = Tensor::<2>::from_vec([2], vec![0.0, 1.0, f32::NAN, f32::INFINITY]);
    let t = Tensor::from_vec([2], vec![1.0, 0.0, 1.0, 0.0]);
    let of_rows = || Tensor::from([[1.0], [0.0]]);
    let of_elements = || Tensor::from([[1.0, 1.0], [0.0, 0.0]]);
    let (_, dx, _) = CrossEntropy::new().label_smoothing(0.1).losses_vjp(&x, &[1, 0]).1(of_rows(), [true; 3]);
    for dx in [
        dx,
        mse_losses_vjp(&x, &t).1(of_elements(), [true; 2]).0,
        bce_with_logits_losses_vjp(&x, &t).1(of_elements(), [true; 2]).0,
        kl_div_losses_vjp(&x, &t).1(of_rows(), [true; 2]).0,
    ] {
        let dx = dx.unwrap();
        assert!(dx.as_slice()[..2].iter().all(|d| d.is_finite()) && dx.as_slice()[2..] == [0.0, 0.0]);
    }
}

/// A class without probability has an infinite loss, and the gradient that PyTorch 2.15 gives it.
#[test]
fn classes_without_probability() {
    let x = Tensor::from([[0.0, f32::NEG_INFINITY]]);
    let gradient = |settings: &CrossEntropy, class: usize| {
        let (loss, pullback) = settings.sum_vjp(&x, &[class]);
        (loss, pullback(1.0, [true; 3]).1.unwrap().into_vec())
    };
    let (log_probs, smooth) = (CrossEntropy::new().of_log_probs(), CrossEntropy::new().label_smoothing(0.5));
    assert_eq!(gradient(&CrossEntropy::new(), 1), (f32::INFINITY, vec![1.0, -1.0]));
    assert_eq!(gradient(&log_probs, 1), (f32::INFINITY, vec![0.0, -1.0]));
    assert_eq!(gradient(&smooth, 0), (f32::INFINITY, vec![0.25, -0.25]));
    for settings in [CrossEntropy::new(), log_probs] {
        assert_eq!(gradient(&settings.class_weights([1.0, 0.0]), 1).1, [0.0, 0.0]);
    }
}

/// Losses of nothing have a mean that is NaN, as in PyTorch, and no gradient.
#[test]
fn nothing() {
    let x = Tensor::<3>::zeros([0]);
    let (mean, pullback) = kl_div_loss_vjp(&x, &x);
    assert!(mean.is_nan() && pullback(1.0, [true; 2]).0.unwrap().shape() == [0, 3]);
    let (mean, pullback) = CrossEntropy::new().class_weights([1.0; 3]).loss_vjp(&x, &[]);
    assert!(mean.is_nan() && pullback(1.0, [true; 3]).1.unwrap().shape() == [0, 3]);
    let (mean, pullback) = margin_ranking_loss_vjp(&x, &x, &x.gt(0.0), 1.0);
    assert!(mean.is_nan() && pullback(1.0, [true; 4]).1.unwrap().shape() == [0, 3]);
    let without_features = Tensor::<0>::zeros([2]);
    assert_eq!(kl_div_losses(&without_features, &without_features), Tensor::zeros([2]));
    assert_eq!(mse_losses(&without_features, &without_features).shape(), [2, 0]);
}
