use tiedw::layers::{Conv1d, Conv2d, Flatten, GlobalAvgPool2d, MaxPool2d};
use tiedw::prelude::*;

use crate::check::{check_layer, check_op, random, randomized, rng};

/// Checks a convolution of the given sizes on inputs of the given shape.
macro_rules! conv2d {
    ([$($size:literal),+], $shape:expr) => {
        let mut rng = rng();
        let layer = <WithElem<Conv2d<$($size),+>, f64>>::init(&mut rng);
        check_layer!(randomized(layer, &mut rng), random(&$shape, &mut rng));
    };
}

#[test]
fn over_a_plane() {
    conv2d!([1, 1, 1, 1, 0], [1, 1, 1]);
    conv2d!([3, 2, 1, 1, 0], [2, 3, 2]);
    conv2d!([2, 3, 3, 1, 1], [2, 4, 3]);
    conv2d!([2, 3, 3, 2, 1], [1, 5, 4]);
    conv2d!([1, 2, 2, 1, 0], [3, 3, 5]);
    conv2d!([1, 2, 3, 3, 2], [1, 2, 1]);
    conv2d!([2, 1, 2, 3, 0], [1, 5, 6]);
    let mut rng = rng();
    let layer = <WithElem<WithoutBias<Conv2d<2, 3, 2, 1, 1>>, f64>>::init(&mut rng);
    check_layer!(randomized(layer, &mut rng), random(&[2, 2, 3], &mut rng));
}

/// More patches than fit into one matrix product.
#[test]
fn over_many_planes() {
    let mut rng = rng();
    let layer = randomized(<WithElem<Conv2d<1, 2, 3>, f64>>::init(&mut rng), &mut rng);
    let x = random::<1>(&[7, 18, 12], &mut rng);
    let all = layer.forward(&x);
    let one = Tensor::from_vec([1, 18, 12], x.as_slice()[6 * 18 * 12..].to_vec());
    assert_eq!(layer.forward(&one).as_slice(), &all.as_slice()[6 * 16 * 10 * 2..]);
    check_layer!(layer, x);
}

#[test]
fn over_a_line() {
    let mut rng = rng();
    let layer = <WithElem<Conv1d<2, 3, 3, 2, 2>, f64>>::init(&mut rng);
    check_layer!(randomized(layer, &mut rng), random(&[2, 5], &mut rng));
    let layer = <WithElem<WithoutBias<Conv1d<1, 1, 1>>, f64>>::init(&mut rng);
    check_layer!(randomized(layer, &mut rng), random(&[1], &mut rng));
    let layer = <WithElem<Conv1d<2, 1, 4>, f64>>::init(&mut rng);
    check_layer!(randomized(layer, &mut rng), random(&[3, 1, 4], &mut rng));
}

#[test]
#[should_panic(
    expected = "a kernel of 3x3 with a tensor of shape [1, 2, 5, 1]: height and width, with 0 of padding on each side, must be at least 3"
)]
fn a_plane_is_as_large_as_the_kernel() {
    Conv2d::<1, 1, 3>::init(&mut rng()).forward(&Tensor::zeros([1, 2, 5]));
}

#[test]
fn pools() {
    let mut rng = rng();
    let x = random::<3>(&[2, 5, 4], &mut rng);
    check_op!([x], x.max_pool2d::<2, 2, 0>(), x.max_pool2d_vjp::<2, 2, 0>(), [true]);
    check_op!([x], x.max_pool2d::<3, 1, 1>(), x.max_pool2d_vjp::<3, 1, 1>(), [true]);
    check_op!([x], x.avg_pool2d::<2, 2, 0>(), x.avg_pool2d_vjp::<2, 2, 0>(), [true]);
    check_op!([x], x.avg_pool2d::<3, 2, 1>(), x.avg_pool2d_vjp::<3, 2, 1>(), [true]);
    check_op!([x], x.global_avg_pool2d(), x.global_avg_pool2d_vjp(), [true]);
    check_op!([x], x.flatten::<12>(), x.flatten_vjp::<12>(), [true]);
    check_op!([x], x.unflatten::<5, _>([3, 8]), x.unflatten_vjp::<5, _>([3, 8]), [true, false]);
    let x = random::<1>(&[1, 1], &mut rng);
    check_op!([x], x.max_pool2d::<1, 1, 0>(), x.max_pool2d_vjp::<1, 1, 0>(), [true]);
    check_op!([x], x.global_avg_pool2d(), x.global_avg_pool2d_vjp(), [true]);
}

#[test]
fn the_largest_of_special_numbers() {
    let (nan, infinity) = (f32::NAN, f32::INFINITY);
    let x = Tensor::<1>::from_vec([1, 2, 6], [[1.0, nan, -infinity, -infinity, 3.0, 3.0]; 2].concat());
    let (y, pullback) = x.max_pool2d_vjp::<2, 2, 0>();
    assert!(y.as_slice()[0].is_nan());
    assert_eq!(y.as_slice()[1..], [-infinity, 3.0]);
    let (dx,) = pullback(Tensor::full([1, 1, 3], 1.0), [true]);
    assert_eq!(dx.unwrap().as_slice(), [0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
}

#[derive(Module, Clone)]
#[module(sequential)]
struct Head {
    pool: MaxPool2d<4, 2, 1, 0, f64>,
    flatten: Flatten<4, 16, f64>,
    fc: WithElem<Linear<16, 2>, f64>,
}

#[derive(Module, Clone)]
struct Net {
    conv1: WithElem<Conv2d<1, 3, 3, 1, 1>, f64>,
    conv2: WithElem<Conv2d<3, 4, 2>, f64>,
    #[tie(weight = conv2.weight, bias = conv2.bias)]
    strided: WithElem<Conv2d<3, 4, 2, 2, 1, Tied, Tied>, f64>,
    head: Head,
    global: GlobalAvgPool2d<4, f64>,
}

#[differentiable]
impl Net {
    fn forward(&self, x: &Tensor<1, f64>) -> Tensor<6, f64> {
        let h = self.conv1.forward(x).tanh();
        let y = self.head.forward(&self.conv2.forward(&h));
        y.cat(&self.global.forward(&self.strided.forward(&h)))
    }
}

/// One kernel with two strides.
#[test]
fn tied_kernels() {
    let mut rng = rng();
    let net = randomized(Net::init(&mut rng), &mut rng);
    assert_eq!(Net::NUM_PARAMETERS, 30 + 52 + 34);
    crate::check::check(
        &net,
        &(random::<1>(&[2, 4, 4], &mut rng),),
        |net, (x,)| net.forward(x),
        |net, (x,), gradient, d| {
            let (y, pullback) = net.forward_vjp(x);
            (y, pullback(d, gradient, [true]))
        },
    );
}
