use tiedw::prelude::*;

use crate::check::{check_fixed_op, check_op, random, rng};

#[test]
fn matmul() {
    let mut rng = rng();
    macro_rules! case {
        ($k:literal, $n:literal, $left:expr, $right:expr, $transposed:expr) => {
            let (x, y) = (random::<$k>(&$left, &mut rng), random::<$n>(&$right, &mut rng));
            check_op!([x, y], x.matmul(y), x.matmul_vjp(y), [true, true]);
            let y = random::<$k>(&$transposed, &mut rng);
            check_op!([x, y], x.matmul_t::<$n>(y), x.matmul_t_vjp::<$n>(y), [true, true]);
        };
    }
    case!(3, 5, [4], [3], [5]);
    case!(1, 1, [1], [1], [1]);
    case!(3, 2, [2, 7, 4], [2, 7, 3], [2, 7, 2]);
    case!(3, 5, [2, 1, 4], [3], [5]);
    case!(5, 1, [3, 1], [3, 5], [3, 1]);
}

#[test]
fn matmul_of_repeated_batches() {
    let mut rng = rng();
    for (of_left, of_right) in [
        (&[4][..], &[2, 3][..]),
        (&[1, 4], &[2, 3]),
        (&[2, 4], &[1, 3]),
        (&[4], &[1, 3]),
        (&[2, 1, 4], &[5, 3]),
        (&[2, 1, 4], &[1, 5, 3]),
        (&[5, 4], &[2, 1, 3]),
        (&[], &[2, 3]),
        (&[], &[3]),
        (&[2, 4], &[3]),
        (&[1, 4], &[0, 3]),
        (&[0, 1, 4], &[2, 3]),
    ] {
        let (x, y) = (random::<3>(of_left, &mut rng), random::<5>(of_right, &mut rng));
        check_op!([x, y], x.matmul(y), x.matmul_vjp(y), [true, true]);
        if !of_left.is_empty() {
            let z = Tensor::einsum("...ij,...jk->...ik", &[&x.dynamic(), &y.dynamic()]);
            assert!((x.matmul(&y).dynamic() - &z).abs().le(1e-12).all() && x.matmul(&y).shape() == z.shape());
        }
        assert_eq!(x.dynamic().matmul(&y.dynamic()), x.matmul(&y).dynamic());
        let mut transposed = of_right.to_vec();
        transposed[of_right.len() - 1] = 5;
        let y = random::<3>(&transposed, &mut rng);
        check_op!([x, y], x.matmul_t::<5>(y), x.matmul_t_vjp::<5>(y), [true, true]);
        assert_eq!(x.dynamic().matmul_t::<DYN>(&y.dynamic()), x.matmul_t::<5>(&y).dynamic());
    }
}

#[test]
#[should_panic(
    expected = "matmul of tensors of shapes [2, 4, 3] and [5, 3, 2], of which the batches [2] and [5] differ, and not by \
                           axes of size 1: `einsum` names the axes, and `unsqueeze` adds one"
)]
fn matmul_of_batches_that_do_not_fit() {
    Tensor::<3>::zeros([2, 4]).matmul(&Tensor::<2>::zeros([5, 3]));
}

#[test]
#[should_panic(
    expected = "matmul of tensors of shapes [4, 3] and [3], of which the right one is no matrix: `unsqueeze(0)` makes \
                           it one with a single row"
)]
fn matmul_of_a_vector() {
    Tensor::<3>::zeros([4]).matmul(&Tensor::<3>::zeros([]));
}

#[test]
#[should_panic(expected = "matmul of tensors of shapes [2, 4, 3] and [3, 3, 5]")]
fn matmul_of_other_batches() {
    Tensor::<3>::zeros([2, 4]).matmul(&Tensor::<5>::zeros([3, 3]));
}

#[test]
#[should_panic(expected = "matmul of tensors of shapes [4, 3] and [2, 5]")]
fn matmul_of_other_sizes() {
    Tensor::<3>::zeros([4]).matmul(&Tensor::<5>::zeros([2]));
}

#[test]
fn reshape_and_expand() {
    let x = random::<2>(&[3, 4], &mut rng());
    check_op!([x], x.reshape([2, 1, 6]), x.reshape_vjp([2, 1, 6]), [true, false]);
    check_op!([x], x.expand([2, 3, 4]), x.expand_vjp([2, 3, 4]), [true, false]);
    check_op!([x], x.expand([3, 4]), x.expand_vjp([3, 4]), [true, false]);
    let row = random::<3>(&[], &mut rng());
    check_op!([row], row.expand([5, 1, 2]), row.expand_vjp([5, 1, 2]), [true, false]);
}

#[test]
#[should_panic(expected = "a tensor of shape [3, 2] expanded to shape [3, 4, 2]")]
fn expand_keeps_the_last_axes() {
    Tensor::<2>::zeros([3]).expand([3, 4]);
}

#[test]
fn axes_of_size_1_are_repeated() {
    let mut rng = rng();
    for (of_x, of_y) in [
        (&[1][..], &[3][..]),
        (&[2, 1], &[2, 4]),
        (&[1, 3, 1], &[5, 3, 2]),
        (&[1], &[0]),
        (&[1, 0], &[2, 0]),
        (&[], &[2, 1]),
        (&[1, 2], &[3, 1, 2]),
    ] {
        let x = random::<3>(of_x, &mut rng);
        check_op!([x], x.expand(of_y), x.expand_vjp(of_y), [true, false]);
        assert_eq!(x.expand(of_y), x.clone() + Tensor::zeros(of_y));
        let x = random::<1>(of_x, &mut rng);
        check_fixed_op!([x], x.broadcast_to::<4, _>(of_y), x.broadcast_to_vjp::<4, _>(of_y), [true, false]);
        let whole = [of_y, &[4]].concat();
        let y: Tensor<DYN, f64> = x.dynamic().broadcast_to(&whole[..]);
        assert_eq!(y, x.broadcast_to::<4, _>(of_y).dynamic());
        assert_eq!(x.broadcast_to::<1, _>(of_y), x.expand(of_y));
        assert_eq!(x.broadcast_to::<0, _>(of_y).features(), 0);
    }
}

#[test]
#[should_panic(expected = "a tensor of shape [2, 3] broadcast to shape [2, 4]")]
fn broadcast_of_several_features() {
    let _: Tensor<4> = Tensor::<3>::zeros([2]).dynamic().broadcast_to([2]);
}

#[test]
#[should_panic(expected = "a tensor of shape [1, 3, 2] expanded to shape [3, 2]")]
fn expand_to_fewer_axes() {
    Tensor::<2>::zeros([1, 3]).expand([3]);
}

#[test]
fn cat_split_and_slice() {
    let mut rng = rng();
    let (x, y) = (random::<3>(&[2, 3], &mut rng), random::<2>(&[2, 3], &mut rng));
    check_op!([x, y], x.cat::<_, 5>(y), x.cat_vjp::<_, 5>(y), [true, true]);
    let x = random::<5>(&[3, 1], &mut rng);
    check_op!([x], x.slice::<1, 3>(), x.slice_vjp::<1, 3>(), [true]);
    let (_, pullback) = x.split_vjp::<4, 1>();
    let d = random::<1>(&[3, 1], &mut rng);
    let (dx,) = pullback((None, Some(d.clone())), [true]);
    assert_eq!(dx.unwrap(), Tensor::<4, f64>::zeros([3, 1]).cat(&d));
    crate::check::check(
        &crate::check::Nothing::zeros(),
        &(x,),
        |_, (x,)| x.split::<2, 3>(),
        |_, (x,), _, (da, db)| {
            let (y, pullback) = x.split_vjp::<2, 3>();
            (y, pullback((Some(da), Some(db)), [true]))
        },
    );
}

#[test]
fn leading_axes() {
    let mut rng = rng();
    let x = random::<3>(&[2, 4, 1, 5], &mut rng);
    for axis in 0..4 {
        let size = x.shape()[axis];
        let mut shape = [2, 4, 1, 5];
        shape[axis] = 3;
        let y = random::<3>(&shape, &mut rng);
        check_op!([x, y], x.cat_axis(y, axis), x.cat_axis_vjp(y, axis), [true, true, false]);
        check_op!(
            [x],
            x.narrow(axis, size / 2, size - size / 2),
            x.narrow_vjp(axis, size / 2, size - size / 2),
            [true, false, false, false]
        );
        let indices = [size - 1, 0, size - 1];
        check_op!(
            [x],
            x.index_select(axis, &indices),
            x.index_select_vjp(axis, &indices),
            [true, false, false]
        );
        for other in 0..4 {
            check_op!([x], x.transpose(axis, other), x.transpose_vjp(axis, other), [true, false, false]);
        }
    }
    let x = random::<3>(&[2, 2], &mut rng);
    check_op!([x], x.gather(&[2, 0, 0, 1]), x.gather_vjp(&[2, 0, 0, 1]), [true, false]);
}

#[test]
fn transposed_indices() {
    let x = random::<2>(&[2, 3, 4, 5], &mut rng());
    let y = x.transpose(3, 1);
    assert_eq!(y.shape(), [2, 5, 4, 3, 2]);
    for at in 0..2 * 3 * 4 * 5 {
        let [a, b, c, d] = [at / 60, at / 20 % 3, at / 5 % 4, at % 5];
        assert_eq!(y.get(&[a, d, c, b, 1]), x.get(&[a, b, c, d, 1]));
    }
}

/// Shape operations combined in one body.
#[derive(Module, Clone)]
struct Net {
    layer: WithElem<Linear<4, 6>, f64>,
}

#[differentiable]
impl Net {
    fn forward(&self, x: &Tensor<4, f64>, rows: &[usize]) -> Tensor<3, f64> {
        let y = self.layer.forward(x);
        let (a, b) = y.split::<3, 3>();
        let scores = a.matmul_t::<2>(&b).softmax();
        let mixed = scores.matmul(&b.transpose(0, 1).transpose(0, 1));
        let row = mixed.mean_axis(1).index_select(0, rows);
        let all: Tensor<6, f64> = row.cat(&row.normalize().exp());
        all.slice::<2, 3>().abs().sqrt()
    }
}

#[test]
fn in_a_body() {
    let mut rng = rng();
    let net = crate::check::randomized(Net::init(&mut rng), &mut rng);
    crate::check::check(
        &net,
        &(random::<4>(&[3, 2], &mut rng),),
        |net, (x,)| net.forward(x, &[0, 2, 2]),
        |net, (x,), gradient, d| {
            let (y, pullback) = net.forward_vjp(x, &[0, 2, 2]);
            let (dx, _) = pullback(d, gradient, [true, false]);
            (y, (dx,))
        },
    );
}

#[derive(Module, Clone)]
struct Chosen {
    weight: Embedding<3, 2>,
    head: Linear<2, 3>,
}

#[differentiable]
impl Chosen {
    /// Looks up the row that the scores choose.
    fn loss(&self, x: &Tensor<2>) -> f32 {
        let chosen = self.head.forward(x).argmax();
        self.weight.forward(&chosen).sum()
    }
}

#[test]
fn an_index_has_no_gradient() {
    let mut net = Chosen {
        weight: Embedding { weight: Matrix::zeros(), padding_idx: None },
        head: Linear { weight: Matrix::zeros(), bias: Vector::zeros() },
    };
    net.head.bias[2] = 1.0;
    let (_, gradient) = net.loss_and_grad(&Tensor::zeros([4]));
    assert_eq!(gradient.weight.weight.as_slice(), [0.0, 0.0, 0.0, 0.0, 4.0, 4.0]);
    assert!(gradient.head == net.head.zeros_like());
}
