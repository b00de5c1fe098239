//! Maxima and minima, and their indices.

use tiedw::prelude::*;

use crate::check::{check_op, random, rng};

const NAN: f64 = f64::NAN;

#[test]
fn over_everything_and_along_axes() {
    for shape in [vec![1], vec![3, 2], vec![2, 1, 5], vec![]] {
        let x = random::<17>(&shape, &mut rng());
        check_op!([x], x.max(), x.max_vjp(), [true]);
        check_op!([x], x.min(), x.min_vjp(), [true]);
        check_op!([x], x.max_features(), x.max_features_vjp(), [true]);
        check_op!([x], x.min_features(), x.min_features_vjp(), [true]);
        for axis in 0..shape.len() {
            check_op!([x], x.max_axis(axis), x.max_axis_vjp(axis), [true, false]);
            check_op!([x], x.min_axis(axis), x.min_axis_vjp(axis), [true, false]);
        }
    }
}

/// Sizes around those of vectors, blocks and tasks; each element is compared with plain loops.
#[test]
fn of_any_size() {
    for shape in [[3, 5, 1], [2, 70, 1], [1, 1, 200], [40, 2, 67], [9, 1000, 9], [1, 70_000, 1], [3, 7, 5000]]
    {
        let x = Tensor::<DYN, f64>::from_shape_vec(shape, random::<1>(&shape, &mut rng()).into_vec());
        for axis in 0..3 {
            let (largest, smallest) = (x.argmax_axis(axis), x.argmin_axis(axis));
            let (max, min) = (x.max_axis(axis), x.min_axis(axis));
            let inner: usize = shape[axis + 1..].iter().product();
            for at in 0..max.as_slice().len() {
                let start = at / inner * inner * shape[axis] + at % inner;
                let along = || (0..shape[axis]).map(|place| x.as_slice()[start + place * inner]);
                let place_of = |extreme| along().position(|x| x == extreme).unwrap() as u32;
                let (top, bottom) = (along().fold(-9.0, f64::max), along().fold(9.0, f64::min));
                assert_eq!((max.as_slice()[at], min.as_slice()[at]), (top, bottom), "{shape:?} {axis} {at}");
                assert_eq!(largest.as_slice()[at], place_of(top), "{shape:?} {axis} {at}");
                assert_eq!(smallest.as_slice()[at], place_of(bottom), "{shape:?} {axis} {at}");
            }
        }
        assert_eq!(x.max(), x.as_slice().iter().copied().fold(-9.0, f64::max));
        assert_eq!(x.min(), x.as_slice().iter().copied().fold(9.0, f64::min));
    }
}

#[test]
fn indices() {
    let x = Tensor::<3, f64>::from_vec(
        [2, 2],
        vec![1.0, 2.0, 2.0, -1.0, -3.0, -2.0, 1.0, NAN, NAN, 5.0, 6.0, 7.0],
    );
    assert_eq!(x.argmax(), Ids::from_vec([2, 2], vec![1, 0, 1, 2]));
    assert_eq!(x.argmin(), Ids::from_vec([2, 2], vec![0, 1, 1, 0]));
    assert_eq!(x.dynamic().argmax(), x.argmax());
    assert_eq!(x.dynamic().argmax_axis(2), x.argmax());
    assert_eq!(x.argmax_axis(0), Ids::from_vec([2, 3], vec![0, 1, 1, 1, 1, 1]));
    assert_eq!(x.argmin_axis(1), Ids::from_vec([2, 3], vec![1, 1, 1, 0, 0, 0]));
    assert_eq!(Tensor::<1>::zeros([0]).argmax().shape(), [0]);
    assert_eq!(Tensor::<2>::from_vec([], vec![f32::NEG_INFINITY; 2]).argmax().as_slice(), [0]);
    assert_eq!(Tensor::<DYN>::full([70], f32::INFINITY).argmin_axis(0), Ids::from_vec([], vec![0]));
}

#[test]
fn equal_ones_share_the_gradient_of_all_elements_only() {
    let x = Tensor::<2, f64>::from_vec([2], vec![3.0, 1.0, 3.0, 2.0]);
    assert_eq!(x.max_vjp().1(1.0, [true]).0.unwrap().as_slice(), [0.5, 0.0, 0.5, 0.0]);
    assert_eq!(x.max_vjp().1(1.0, [false]).0, None);
    let (_, pullback) = x.max_axis_vjp(0);
    assert_eq!(pullback(Tensor::full([], 1.0), [true, false]).0.unwrap().as_slice(), [1.0, 0.0, 0.0, 1.0]);
    let x = Tensor::<4, f64>::from_vec([], vec![1.0, NAN, NAN, 2.0]);
    assert!(x.max().is_nan() && x.min().is_nan() && x.max_features().as_slice()[0].is_nan());
    assert_eq!(x.min_vjp().1(1.0, [true]).0.unwrap().as_slice(), [0.0, 0.5, 0.5, 0.0]);
    let (_, pullback) = x.max_features_vjp();
    assert_eq!(pullback(Tensor::full([], 1.0), [true]).0.unwrap().as_slice(), [0.0, 1.0, 0.0, 0.0]);
}

#[test]
fn nan_anywhere_is_found() {
    for count in [1, 15, 16, 64, 65, 200, 5000] {
        for at in (0..count).step_by(7) {
            let mut x = vec![1.0_f32; count];
            x[at] = f32::NAN;
            let x = Tensor::<DYN>::from_shape_vec([count], x);
            assert!(x.max().is_nan() && x.min().is_nan() && x.max_features().as_slice()[0].is_nan());
            assert_eq!((x.argmax().as_slice(), x.argmin().as_slice()), (&[at as u32][..], &[at as u32][..]));
        }
    }
}

#[test]
fn along_an_axis_next_to_an_empty_one() {
    assert_eq!(Tensor::<3>::zeros([0, 2]).max_axis(1).shape(), [0, 3]);
    assert_eq!(Tensor::<0>::zeros([2]).min_axis_vjp(0).0.shape(), [0]);
}

#[test]
#[should_panic = "max of a tensor of shape [0, 3], which has no elements"]
fn maximum_of_nothing() {
    Tensor::<3>::zeros([0]).max();
}

#[test]
#[should_panic = "min_axis(1) of a tensor of shape [2, 0, 3] along an axis without elements"]
fn minimum_along_an_empty_axis() {
    let _ = Tensor::<3>::zeros([2, 0]).min_axis_vjp(1);
}

#[derive(Module, Clone)]
struct Pooled {
    head: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Pooled {
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        let h = self.head.forward(x);
        let places = h.argmax_axis(0);
        let count = (places.rows() + h.argmin().rows()) as f64;
        h.max_axis(0) * h.min() + h.min_features().max() / count
    }
}

#[test]
fn in_a_body() {
    let mut rng = rng();
    let net =
        crate::check::randomized(Pooled { head: WithElem::<Linear<3, 3>, f64>::init(&mut rng) }, &mut rng);
    crate::check::check_net!(net, random::<3>(&[5], &mut rng));
}
