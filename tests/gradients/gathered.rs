//! Elements at indices along an axis, and sums there.

use tiedw::prelude::*;

use crate::check::{check_fixed_op, check_net, random, randomized, rng};

fn ids(shape: &[usize], below: u32) -> Ids {
    let count: usize = shape.iter().product();
    Ids::from_vec(shape, (0..count).map(|at| at as u32 * 7 % 5 % below).collect())
}

#[test]
fn of_features() {
    let mut rng = rng();
    for leading in [&[][..], &[4], &[2, 3], &[0, 2]] {
        let x = random::<5>(leading, &mut rng);
        let source = random::<3>(leading, &mut rng);
        let at = ids(source.shape(), 5);
        check_fixed_op!([x], x.gather_features::<3>(&at), x.gather_features_vjp::<3>(&at), [true, false]);
        let (y, pullback) = x.scatter_add_features_vjp(&at, &source);
        assert_eq!(y, x.scatter_add_features(&at, &source));
        let d = random::<5>(leading, &mut rng);
        let (dx, _, dsource) = pullback(d.clone(), [true, false, true]);
        assert_eq!((dx.unwrap(), dsource.unwrap()), (d.clone(), d.gather_features::<3>(&at)));
    }
    let none = Tensor::<5>::zeros([2]).gather_features::<0>(&ids(&[2, 0], 1));
    assert_eq!(none.shape(), [2, 0]);
}

#[test]
fn along_axes() {
    let mut rng = rng();
    let x = random::<5>(&[4, 3], &mut rng).dynamic();
    for (axis, &size) in x.shape().iter().enumerate() {
        for count in [0, 1, 2, 7] {
            let mut shape = x.shape().to_vec();
            shape[axis] = count;
            let at = ids(&shape, size as u32);
            check_fixed_op!(
                [x],
                x.gather_axis(axis, &at),
                x.gather_axis_vjp(axis, &at),
                [true, false, false]
            );
            let source = Tensor::<DYN, f64>::randn(&shape[..], &mut rng);
            let (y, pullback) = x.scatter_add_axis_vjp(axis, &at, &source);
            assert_eq!(y, x.scatter_add_axis(axis, &at, &source));
            let d = Tensor::<DYN, f64>::randn(x.shape(), &mut rng);
            let (dx, _, _, dsource) = pullback(d.clone(), [true, false, false, true]);
            assert_eq!((dx.unwrap(), dsource.unwrap()), (d.clone(), d.gather_axis(axis, &at)));
        }
        let (sorted, order) = x.sort_axis(axis, true);
        assert_eq!(x.gather_axis(axis, &order), sorted);
    }
}

#[test]
#[should_panic = "gather_features of a tensor of shape [2, 5] at indices of shape [3, 2]"]
fn indices_of_other_rows() {
    Tensor::<5>::zeros([2]).gather_features::<2>(&ids(&[3, 2], 1));
}

#[test]
#[should_panic = "gather_features of 4 features at indices of shape [2, 3]"]
fn indices_of_other_features() {
    Tensor::<5>::zeros([2]).gather_features::<4>(&ids(&[2, 3], 1));
}

#[test]
#[should_panic = "index 2 along axis 0 of a tensor of shape [2, 5]"]
fn index_beyond_the_axis() {
    Tensor::<5>::zeros([2]).gather_axis(0, &Ids::from_vec([1, 5], vec![0, 1, 2, 0, 0]));
}

#[test]
#[should_panic = "scatter_add_axis of a source of shape [2, 5] at indices of shape [1, 5]"]
fn source_of_another_shape() {
    Tensor::<5>::zeros([3]).scatter_add_axis(0, &ids(&[1, 5], 1), &Tensor::zeros([2]));
}

#[derive(Module, Clone)]
struct Picked {
    fc: WithElem<Linear<3, 4>, f64>,
}

#[differentiable]
impl Picked {
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<4, f64> {
        let h = self.fc.forward(x);
        let (_, places) = h.topk::<2>();
        let picked = h.gather_features::<2>(&places).tanh();
        let sums = h.scatter_add_features(&places, &picked);
        sums.scatter_add_axis(0, &h.argsort_axis(0, false), &(h * 2.0))
    }
}

#[test]
fn in_a_body() {
    let mut rng = rng();
    let net = randomized(Picked { fc: WithElem::<Linear<3, 4>, f64>::init(&mut rng) }, &mut rng);
    check_net!(net, random::<3>(&[5], &mut rng));
}
