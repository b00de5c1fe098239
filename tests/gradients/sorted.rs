//! Sorting, the largest elements, and rounding.

use tiedw::prelude::*;
use tiedw::testing::gradcheck;

use crate::check::{check_net, check_op, random, randomized, rng};

type Numbers<const F: usize> = Tensor<F, f64>;

/// Checks the values of an operation that returns indices, too.
macro_rules! check_values {
    ($x:expr, $value:expr, $vjp:expr, $wanted:expr) => {
        gradcheck(
            &($x.clone(),),
            |(x,)| $value(x).0,
            |(x,), d| {
                let ((y, _), pullback) = $vjp(x);
                (y, (pullback((Some(d), None), $wanted).0,))
            },
        )
        .unwrap();
    };
}

#[test]
fn gradients() {
    let mut rng = rng();
    for leading in [&[][..], &[4], &[2, 3], &[0, 2]] {
        let x = random::<5>(leading, &mut rng);
        check_values!(x, |x: &Numbers<5>| x.sort(false), |x: &Numbers<5>| x.sort_vjp(false), [true, false]);
        check_values!(x, |x: &Numbers<5>| x.sort(true), |x: &Numbers<5>| x.sort_vjp(true), [true, false]);
        check_values!(x, Numbers::<5>::topk::<2>, Numbers::<5>::topk_vjp::<2>, [true]);
        check_values!(x, Numbers::<5>::topk::<0>, Numbers::<5>::topk_vjp::<0>, [true]);
        check_values!(x, Numbers::<5>::topk::<5>, Numbers::<5>::topk_vjp::<5>, [true]);
        let x = x.dynamic();
        for (axis, &size) in x.shape().iter().enumerate() {
            type X = Tensor<DYN, f64>;
            check_values!(
                x,
                |x: &X| x.sort_axis(axis, true),
                |x: &X| x.sort_axis_vjp(axis, true),
                [true, false, false]
            );
            let k = size.min(2);
            check_values!(
                x,
                |x: &X| x.topk_axis(axis, k),
                |x: &X| x.topk_axis_vjp(axis, k),
                [true, false, false]
            );
        }
    }
    let x = random::<5>(&[3], &mut rng) * 3.0;
    check_op!([x], x.floor(), x.floor_vjp(), [true]);
    check_op!([x], x.ceil(), x.ceil_vjp(), [true]);
    check_op!([x], x.round(), x.round_vjp(), [true]);
}

#[test]
fn order() {
    let (nan, infinity) = (f32::NAN, f32::INFINITY);
    let x = Tensor::from([nan, 2.0, -infinity, 2.0, infinity, nan, -0.0, 0.0]);
    assert_eq!(x.argsort(false).as_slice(), [2, 6, 7, 1, 3, 4, 0, 5]);
    assert_eq!(x.argsort(true).as_slice(), [0, 5, 4, 1, 3, 6, 7, 2]);
    assert_eq!(x.topk::<4>().1.as_slice(), [0, 5, 4, 1]);
    let x = random::<3>(&[4, 2], &mut rng());
    for axis in 0..3 {
        let (sorted, indices) = x.dynamic().sort_axis(axis, true);
        let (largest, first) = x.dynamic().topk_axis(axis, 1);
        assert_eq!((&indices, &first), (&x.dynamic().argsort_axis(axis, true), &indices.narrow(axis, 0, 1)));
        assert_eq!(
            (sorted.narrow(axis, 0, 1), largest.select(axis, 0)),
            (largest, x.dynamic().max_axis(axis))
        );
    }
    assert_eq!(x.topk::<1>().0, x.max_features());
    assert_eq!(x.topk::<1>().1.as_slice(), x.argmax().as_slice());
    let (none, ids) = x.narrow(0, 0, 0).sort_axis(0, false);
    assert_eq!((none.shape(), ids.shape()), (&[0, 2, 3][..], &[0, 2, 3][..]));
    assert_eq!(Tensor::<0>::zeros([3]).sort(true).1.shape(), [3, 0]);
}

#[test]
#[should_panic = "topk_axis of 4 elements along an axis of 3 of a tensor of shape [3, 2]"]
fn more_than_there_are() {
    let _ = Tensor::<2>::zeros([3]).topk_axis(0, 4);
}

#[test]
fn rounded() {
    let (nan, infinity) = (f32::NAN, f32::INFINITY);
    let x = Tensor::from([-2.5, -0.4, 0.5, 1.5, 1e30, infinity]);
    assert_eq!(x.floor(), Tensor::from([-3.0, -1.0, 0.0, 1.0, 1e30, infinity]));
    assert_eq!(x.ceil(), Tensor::from([-2.0, 0.0, 1.0, 2.0, 1e30, infinity]));
    assert_eq!(x.round(), Tensor::from([-2.0, 0.0, 0.0, 2.0, 1e30, infinity]));
    assert!(Tensor::from([nan]).round().get(&[0]).is_nan());
}

#[derive(Module, Clone)]
struct Best {
    fc: WithElem<Linear<3, 4>, f64>,
}

#[differentiable]
impl Best {
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<2, f64> {
        let h = self.fc.forward(x);
        let (best, places) = h.topk::<2>();
        let (sorted, _) = h.sort_axis(0, true);
        let order = sorted.argsort(false);
        let count = (places.rows() + order.rows()) as f64;
        best * sorted.sum() / count + h.sort(false).0.slice::<1, 2>() + (h * 0.01).round().slice::<0, 2>()
    }
}

#[test]
fn in_a_body() {
    let mut rng = rng();
    let net = randomized(Best { fc: WithElem::<Linear<3, 4>, f64>::init(&mut rng) }, &mut rng);
    check_net!(net, random::<3>(&[5], &mut rng));
}
