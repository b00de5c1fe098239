use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use crate::check::{check_op, random, rng};

fn shapes() -> [Vec<usize>; 4] {
    [vec![1], vec![3, 2], vec![2, 1, 5], vec![]]
}

#[test]
fn over_everything() {
    for shape in shapes() {
        let x = random::<3>(&shape, &mut rng());
        check_op!([x], x.sum(), x.sum_vjp(), [true]);
        check_op!([x], x.mean(), x.mean_vjp(), [true]);
        check_op!([x], x.norm(), x.norm_vjp(), [true]);
        assert!((x.norm() - (&x * &x).sum().sqrt()).abs() < 1e-12);
    }
}

#[test]
fn over_features() {
    for shape in shapes() {
        let x = random::<17>(&shape, &mut rng());
        check_op!([x], x.sum_features(), x.sum_features_vjp(), [true]);
        check_op!([x], x.mean_features(), x.mean_features_vjp(), [true]);
        check_op!([x], x.norm_features(), x.norm_features_vjp(), [true]);
        let x = random::<1>(&shape, &mut rng()).map(|x| x + 3.0);
        check_op!([x], x.sum_features(), x.sum_features_vjp(), [true]);
        check_op!([x], x.norm_features(), x.norm_features_vjp(), [true]);
    }
}

#[test]
fn softmax_and_unit_length_along_axes() {
    for shape in [vec![1], vec![3, 2], vec![2, 1, 5], vec![700]] {
        let x = random::<3>(&shape, &mut rng());
        for axis in 0..shape.len() {
            check_op!([x], x.softmax_axis(axis), x.softmax_axis_vjp(axis), [true, false]);
            check_op!([x], x.log_softmax_axis(axis), x.log_softmax_axis_vjp(axis), [true, false]);
            check_op!([x], x.norm_axis(axis), x.norm_axis_vjp(axis), [true, false]);
            check_op!([x], x.normalize_axis(axis), x.normalize_axis_vjp(axis), [true, false]);
        }
        let (x, last) = (x.dynamic(), shape.len());
        check_op!([x], x.softmax_axis(last), x.softmax_axis_vjp(last), [true, false]);
        check_op!([x], x.log_softmax_axis(last), x.log_softmax_axis_vjp(last), [true, false]);
        check_op!([x], x.normalize_axis(last), x.normalize_axis_vjp(last), [true, false]);
        assert!((x.softmax_axis(last) - x.softmax()).abs().max() < 1e-15);
        assert!((x.normalize_axis(last) - x.normalize()).abs().max() < 1e-15);
        assert_eq!(x.norm_axis(last).as_slice(), x.norm_features().as_slice());
    }
    let empty = Tensor::<3>::zeros([0, 2]);
    assert_eq!((empty.softmax_axis(0).shape(), empty.norm_axis(0)), (&[0, 2, 3][..], Tensor::zeros([2])));
    assert_eq!(empty.log_softmax_axis(1).shape(), empty.normalize_axis(1).shape());
    let ends = Tensor::from([[f32::NEG_INFINITY, f32::NAN], [f32::NEG_INFINITY, 1.0]]);
    assert!(ends.softmax_axis(0).is_nan().all() && ends.log_softmax_axis(0).is_nan().all());
    let (zero, ones) = (Tensor::<2>::zeros([2]), Tensor::ones([2]));
    assert_eq!(zero.norm_axis_vjp(0).1(Tensor::ones([]), [true, false]).0, Some(zero.clone()));
    assert_eq!(zero.normalize_axis_vjp(0).1(ones, [true, false]).0.unwrap().as_slice()[0], 1e12);
}

#[test]
fn along_large_axes_as_by_rows() {
    let x = random::<300>(&[3, 400], &mut rng()).cast::<f32>();
    let turned = x.dynamic().transpose(1, 2);
    let back = |y: Tensor<DYN>| y.transpose(1, 2).fixed::<300>();
    let d = Tensor::from_fn([3, 400], |at| (at[0] + at[1] % 7 + at[2] % 5) as f32);
    let close = |a: Tensor<300>, b: Tensor<300>| assert!((a - b).abs().max() < 1e-5);
    close(x.softmax_axis(1), back(turned.softmax()));
    close(x.normalize_axis(1), back(turned.normalize()));
    let d_turned = d.dynamic().transpose(1, 2);
    let dx = x.softmax_axis_vjp(1).1(d.clone(), [true, false]).0.unwrap();
    close(dx, back(turned.softmax_vjp().1(d_turned.clone(), [true]).0.unwrap()));
    let dx = x.log_softmax_axis_vjp(1).1(d.clone() * 1e-3, [true, false]).0.unwrap();
    close(dx, back(turned.log_softmax_vjp().1(d_turned.clone() * 1e-3, [true]).0.unwrap()));
    let dx = x.normalize_axis_vjp(1).1(d, [true, false]).0.unwrap();
    close(dx, back(turned.normalize_vjp().1(d_turned, [true]).0.unwrap()));
}

#[test]
fn over_rows() {
    for shape in shapes() {
        let x = random::<3>(&shape, &mut rng());
        check_op!([x], x.sum_rows(), x.sum_rows_vjp(), [true]);
        check_op!([x], x.mean_rows(), x.mean_rows_vjp(), [true]);
        for axis in 0..shape.len() {
            check_op!([x], x.sum_axis(axis), x.sum_axis_vjp(axis), [true, false]);
            check_op!([x], x.mean_axis(axis), x.mean_axis_vjp(axis), [true, false]);
        }
    }
}

#[test]
fn variances_and_standard_deviations() {
    for shape in [vec![2], vec![3, 2], vec![2, 4, 5], vec![]] {
        let x = random::<17>(&shape, &mut rng());
        check_op!([x], x.var(), x.var_vjp(), [true]);
        check_op!([x], x.std(), x.std_vjp(), [true]);
        check_op!([x], x.var_features(), x.var_features_vjp(), [true]);
        check_op!([x], x.std_features(), x.std_features_vjp(), [true]);
        for correction in [0, 1, 2] {
            check_op!([x], x.var_with(correction), x.var_with_vjp(correction), [true, false]);
            check_op!([x], x.std_with(correction), x.std_with_vjp(correction), [true, false]);
            let wanted = [true, false];
            check_op!([x], x.var_features_with(correction), x.var_features_with_vjp(correction), wanted);
            check_op!([x], x.std_features_with(correction), x.std_features_with_vjp(correction), wanted);
        }
        for axis in 0..shape.len() {
            check_op!([x], x.var_axis(axis), x.var_axis_vjp(axis), [true, false]);
            check_op!([x], x.std_axis(axis), x.std_axis_vjp(axis), [true, false]);
            let wanted = [true, false, false];
            check_op!([x], x.var_axis_with(axis, 0), x.var_axis_with_vjp(axis, 0), wanted);
            check_op!([x], x.std_axis_with(axis, 0), x.std_axis_with_vjp(axis, 0), wanted);
        }
    }
}

#[test]
fn variances_of_few_elements() {
    let one = Tensor::<1, f64>::full([], 2.0);
    let (var, pullback) = one.var_vjp();
    assert!(var.is_nan() && pullback(1.0, [true]).0.unwrap().as_slice()[0].is_nan());
    assert!(one.std().is_nan() && one.std_features().as_slice()[0].is_nan());
    assert_eq!((one.var_with(0), one.std_with(0)), (0.0, 0.0));
    // The slope of the square root at 0 is infinite.
    let (std, pullback) = Tensor::<3, f64>::full([], 2.0).std_vjp();
    assert_eq!((std, pullback(1.0, [true]).0.unwrap()), (0.0, Tensor::zeros([])));
    let none = Tensor::<0, f64>::zeros([2]);
    assert!(none.var().is_nan() && none.std_features().as_slice()[1].is_nan());
    assert!(Tensor::<2>::zeros([0]).var_axis(0).as_slice()[1].is_nan());
}

#[test]
fn logarithms_of_sums_of_exponentials() {
    for shape in shapes() {
        let x = random::<17>(&shape, &mut rng());
        check_op!([x], x.logsumexp(), x.logsumexp_vjp(), [true]);
        check_op!([x], x.logsumexp_features(), x.logsumexp_features_vjp(), [true]);
        for axis in 0..shape.len() {
            check_op!([x], x.logsumexp_axis(axis), x.logsumexp_axis_vjp(axis), [true, false]);
        }
    }
    let x = Tensor::<3, f64>::full([2, 0], 0.0);
    assert_eq!(x.logsumexp(), f64::NEG_INFINITY);
    assert_eq!(x.logsumexp_axis(1), Tensor::full([2], f64::NEG_INFINITY));
    let x = Tensor::<2, f64>::from_vec([], vec![0.0, -40.0]);
    assert_eq!(x.logsumexp(), (-40.0_f64).exp());
}

#[test]
fn products() {
    for shape in shapes() {
        let x = random::<5>(&shape, &mut rng());
        check_op!([x], x.prod(), x.prod_vjp(), [true]);
        for zeros in 0..3 {
            let mut x = random::<17>(&shape, &mut rng());
            for row in x.as_mut_slice().chunks_exact_mut(17) {
                row[3..3 + zeros].fill(0.0);
            }
            check_op!([x], x.prod_features(), x.prod_features_vjp(), [true]);
            for axis in 0..shape.len() {
                check_op!([x], x.prod_axis(axis), x.prod_axis_vjp(axis), [true, false]);
            }
        }
    }
    let zeros = Tensor::<3, f64>::from_vec([3], vec![0.0, 2.0, 0.0, 1.5, 3.0, 2.0, 2.0, 0.0, 0.0]);
    check_op!([zeros], zeros.prod_axis(0), zeros.prod_axis_vjp(0), [true, false]);
    let x = Tensor::<3, f64>::zeros([2, 0]);
    assert_eq!((x.prod(), x.prod_axis(1)), (1.0, Tensor::full([2], 1.0)));
    // The others are the gradient, also where their product underflows.
    let (y, pullback) = Tensor::<3>::from_vec([], vec![1e-30, 1e-30, 2.0]).prod_features_vjp();
    assert_eq!(y.as_slice(), [0.0]);
    assert_eq!(pullback(Tensor::full([], 1.0), [true]).0.unwrap().as_slice(), [2e-30, 2e-30, 0.0]);
}

#[test]
fn cumulative_sums() {
    for shape in shapes() {
        let x = random::<17>(&shape, &mut rng());
        check_op!([x], x.cumsum_features(), x.cumsum_features_vjp(), [true]);
        for axis in 0..shape.len() {
            check_op!([x], x.cumsum_axis(axis), x.cumsum_axis_vjp(axis), [true, false]);
        }
    }
    assert_eq!(Tensor::<0>::zeros([2]).cumsum_features().shape(), [2, 0]);
    assert_eq!(Tensor::<2>::zeros([0]).cumsum_axis(0).shape(), [0, 2]);
}

/// Along each axis, what the features are after this axis has been moved to the end; for more elements than a block and than a
/// task has.
#[test]
fn along_leading_axes_as_along_the_features() {
    for shape in [[2, 3, 5], [1, 70, 90], [200, 1, 300], [70, 300, 3], [2, 2, 40_000]] {
        let x = random::<1>(&shape, &mut rng()).map(|x| 1.0 + 0.05 * x);
        let x = Tensor::<DYN, f64>::from_shape_vec(shape, x.into_vec());
        for axis in 0..3 {
            let last = if axis < 2 { x.transpose(axis, 2) } else { x.clone() };
            // The axis that is moved to the end is reduced; the last one takes its place.
            let along = |y: Tensor<DYN, f64>| match axis {
                0 => y.transpose(0, 1),
                _ => y,
            };
            let close = |a: Tensor<DYN, f64>, b: Tensor<DYN, f64>| {
                assert_eq!(a.shape(), b.shape());
                let error = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * b.abs().max(1.0);
                assert!(a.as_slice().iter().zip(b.as_slice()).all(error), "{shape:?} {axis}");
            };
            let features = |y: Tensor<1, f64>| {
                let kept = [y.shape()[0], y.shape()[1]];
                along(Tensor::from_shape_vec(kept, y.into_vec()))
            };
            close(x.var_axis_with(axis, 0), features(last.var_features_with(0)));
            close(x.logsumexp_axis(axis), features(last.logsumexp_features()));
            close(x.prod_axis(axis), features(last.prod_features()));
        }
    }
}

#[test]
fn normalize() {
    for shape in shapes() {
        let x = random::<17>(&shape, &mut rng());
        check_op!([x], x.normalize(), x.normalize_vjp(), [true]);
        let y = random::<17>(&shape, &mut StdRng::seed_from_u64(5));
        check_op!([x, y], x.cosine_similarity(y), x.cosine_similarity_vjp(y), [true, true]);
    }
}

#[test]
fn rows_of_zeros_have_no_direction() {
    let x = Tensor::<3>::zeros([1]);
    let one = Tensor::<3>::full([1], 1.0);
    assert_eq!(x.norm_vjp().1(1.0, [true]).0, Some(x.clone()));
    let (_, pullback) = x.norm_features_vjp();
    let (dx,) = pullback(Tensor::full([1], 1.0), [true]);
    assert_eq!(dx, Some(x.clone()));
    assert_eq!(x.normalize(), x);
    assert_eq!(x.cosine_similarity(&one).as_slice(), [0.0]);
}

#[test]
#[should_panic(expected = "axis 2 of sum_axis is not one of the 2 leading axes of shape [2, 3, 4]")]
fn features_are_no_leading_axis() {
    Tensor::<4>::zeros([2, 3]).sum_axis(2);
}

#[derive(Module, Clone)]
struct Reduced {
    head: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Reduced {
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        let h = self.head.forward(x);
        let scores = h.logsumexp_features() * h.std() + h.prod_features();
        let normal = (&h - &h.mean_rows()) / (h.var_axis_with(0, 0) + 1e-5).sqrt();
        normal.cumsum_axis(0) * (scores.max() + h.std_axis(0).logsumexp())
    }
}

#[test]
fn in_a_body() {
    let mut rng = rng();
    let net =
        crate::check::randomized(Reduced { head: WithElem::<Linear<3, 3>, f64>::init(&mut rng) }, &mut rng);
    crate::check::check_net!(net, random::<3>(&[5], &mut rng));
}
