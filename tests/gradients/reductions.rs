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
    }
}

#[test]
fn over_features() {
    for shape in shapes() {
        let x = random::<17>(&shape, &mut rng());
        check_op!([x], x.sum_features(), x.sum_features_vjp(), [true]);
        check_op!([x], x.mean_features(), x.mean_features_vjp(), [true]);
        check_op!([x], x.norm(), x.norm_vjp(), [true]);
        let x = random::<1>(&shape, &mut rng()).map(|x| x + 3.0);
        check_op!([x], x.sum_features(), x.sum_features_vjp(), [true]);
        check_op!([x], x.norm(), x.norm_vjp(), [true]);
    }
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
    let (_, pullback) = x.norm_vjp();
    let (dx,) = pullback(Tensor::full([1], 1.0), [true]);
    assert_eq!(dx, Some(x.clone()));
    assert_eq!(x.normalize(), x);
    assert_eq!(x.cosine_similarity(&one).as_slice(), [0.0]);
}

#[test]
#[should_panic(expected = "axis 2 is not one of the 2 leading axes of shape [2, 3, 4]")]
fn features_are_no_leading_axis() {
    Tensor::<4>::zeros([2, 3]).sum_axis(2);
}
