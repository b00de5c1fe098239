//! Connectionist temporal classification.

use tiedw::prelude::*;

use crate::check::{check_op, random, rng};

/// Checks the losses and their mean.
macro_rules! check {
    ($x:ident, $loss:expr, $($argument:expr),+) => {
        check_op!([$x], $loss.loss($x, $($argument),+), {
            let (value, pullback) = $loss.loss_vjp($x, $($argument),+);
            (value, move |d, [wanted]: [bool; 1]| (pullback(d, [false, wanted, false, false, false]).1,))
        }, [true]);
        check_op!([$x], $loss.losses($x, $($argument),+), {
            let (value, pullback) = $loss.losses_vjp($x, $($argument),+);
            (value, move |d, [wanted]: [bool; 1]| (pullback(d, [false, wanted, false, false, false]).1,))
        }, [true]);
    };
}

/// The numbers need not be logarithms of probabilities.
#[test]
fn of_any_numbers() {
    let mut rng = rng();
    let x = random::<4>(&[3, 6], &mut rng);
    let targets = Ids::from_vec([3, 3], vec![1, 1, 3, 2, 3, 2, 1, 9, 9]);
    check!(x, Ctc::new(), &targets, &[6, 4, 5], &[3, 3, 1]);
    let targets = Ids::from_vec([3, 2], vec![1, 1, 2, 0, 9, 9]);
    check!(x, Ctc::new().blank(3).zero_infinity(), &targets, &[2, 6, 1], &[2, 2, 0]);
}

/// The loss of all alignments, by their list.
#[test]
fn is_the_sum_over_alignments() {
    let x = random::<3>(&[1, 5], &mut rng()).log_softmax();
    for target in [&[][..], &[1], &[1, 1], &[2, 1], &[1, 2, 1]] {
        let mut total = 0.0;
        for alignment in 0..3_usize.pow(5) {
            let path: Vec<usize> = (0..5).map(|step| alignment / 3_usize.pow(step) % 3).collect();
            let mut written = path.clone();
            written.dedup();
            written.retain(|&class| class != 0);
            if written == target {
                total += (0..5).map(|step| x.get(&[0, step, path[step]])).sum::<f64>().exp();
            }
        }
        let ids = Ids::from_vec([1, target.len()], target.iter().map(|&class| class as u32).collect());
        let loss = ctc_losses(&x, &ids, &[5], &[target.len()]).sum();
        assert!((loss + total.ln()).abs() < 1e-12, "{target:?}: {loss}, not {}", -total.ln());
    }
}

#[test]
fn impossible_targets() {
    let x = Tensor::<2>::zeros([3, 3]).log_softmax();
    let targets = Ids::from_vec([3, 2], vec![1, 1, 1, 1, 1, 1]);
    let arguments = (&[2, 3, 0], &[2, 2, 0]);
    let (losses, pullback) = ctc_losses_vjp(&x, &targets, arguments.0, arguments.1);
    assert_eq!(losses.as_slice(), [f32::INFINITY, 3.0 * 2.0_f32.ln(), 0.0]);
    let dx = pullback(Tensor::ones([3]), [true, false, false, false]).0.unwrap();
    assert!(dx.as_slice()[..4].iter().all(|d| d.is_nan()));
    assert_eq!(dx.as_slice()[4..], [0.0, 0.0, 0.0, -1.0, -1.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let finite = Ctc::new().zero_infinity();
    let (losses, pullback) = finite.losses_vjp(&x, &targets, arguments.0, arguments.1);
    assert_eq!(losses.get(&[0, 0]), 0.0);
    let dx = pullback(Tensor::ones([3]), [true; 5]).1.unwrap();
    assert_eq!(dx.as_slice()[..6], [0.0; 6]);
    assert_eq!(ctc_loss(&x, &targets, arguments.0, arguments.1), f32::INFINITY);
}

/// A class without probability takes no part, and NaN stays NaN.
#[test]
fn infinite_and_nan() {
    let inf = f32::NEG_INFINITY;
    let x = Tensor::<3>::from_vec([1, 2], vec![-1.0, -0.5, inf, -0.5, -1.0, inf]);
    let targets = Ids::from_vec([1, 1], vec![1]);
    let (loss, pullback) = ctc_loss_vjp(&x, &targets, &[2], &[1]);
    assert!(loss.is_finite());
    assert!(pullback(1.0, [true, false, false, false]).0.unwrap().as_slice().iter().all(|d| d.is_finite()));
    let x = Tensor::<2>::from_vec([1, 3], vec![-1.0, -0.5, f32::NAN, -1.0, -0.5, -1.0]);
    assert!(ctc_loss(&x, &targets, &[3], &[1]).is_nan());
    assert!(ctc_loss(&Tensor::<2>::zeros([0, 3]), &Ids::from_vec([0, 1], vec![]), &[], &[]).is_nan());
    let nothing = ctc_loss_vjp(&Tensor::<2>::zeros([1, 0]), &Ids::from_vec([1, 0], vec![]), &[0], &[0]);
    assert_eq!(nothing.0, 0.0);
    assert_eq!(nothing.1(1.0, [true; 4]).0.unwrap().shape(), [1, 0, 2]);
}

/// Long inputs do not underflow, and many items are computed in parallel.
#[test]
fn large() {
    let (items, steps, width) = (16, 400, 60);
    let x = Tensor::<8>::randn([items, steps], &mut rng()).log_softmax();
    let targets = (0..items * width).map(|at| (at * at % 7 + 1) as u32).collect();
    let targets = Ids::from_vec([items, width], targets);
    let (steps, letters) = (vec![steps; items], vec![width; items]);
    let (losses, pullback) = ctc_losses_vjp(&x, &targets, &steps, &letters);
    let exact = ctc_losses(&x.cast::<f64>(), &targets, &steps, &letters);
    for (loss, exact) in losses.as_slice().iter().zip(exact.as_slice()) {
        assert!((f64::from(*loss) / exact - 1.0).abs() < 1e-6, "{loss}, not {exact}");
    }
    let dx = pullback(Tensor::ones([items]), [true, false, false, false]).0.unwrap();
    // At each step there is one class.
    assert!((dx.sum_features() + 1.0).abs().max() < 1e-4);
}
