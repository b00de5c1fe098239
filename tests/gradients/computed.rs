//! Layers as functions of computed weights: the values of the layers, and the gradients of the weights.

use tiedw::functional::{
    conv1d, conv1d_vjp, conv2d, conv2d_vjp, gru, gru_cell, gru_cell_vjp, gru_vjp, layer_norm, layer_norm_vjp,
    lstm, lstm_cell, lstm_cell_vjp, lstm_vjp, rms_norm, rms_norm_vjp,
};
use tiedw::layers::{Conv1d, Conv2d, Gru, LayerNorm, Lstm, RmsNorm};
use tiedw::prelude::*;
use tiedw::testing::gradcheck;

use crate::check::{random, randomized, rng};

/// Checks a function whose companion takes the same arguments, with all cotangents requested.
macro_rules! check_function {
    ([$($input:ident),+], $function:expr, $vjp:expr, ($($argument:expr),+), |$cotangents:ident| $wanted:expr) => {
        gradcheck(
            &($($input.clone(),)+),
            |($($input,)+)| $function($($argument),+),
            |($($input,)+), d| {
                let (y, pullback) = $vjp($($argument),+);
                let $cotangents = pullback(d.into_cotangent(), [true; _]);
                (y, $wanted)
            },
        )
        .unwrap();
    };
}

/// The cotangent of a value as a companion takes it.
trait IntoCotangent {
    type Cotangent;
    fn into_cotangent(self) -> Self::Cotangent;
}

impl<const F: usize> IntoCotangent for Tensor<F, f64> {
    type Cotangent = Self;
    fn into_cotangent(self) -> Self {
        self
    }
}

impl<A, B> IntoCotangent for (A, B) {
    type Cotangent = (Option<A>, Option<B>);
    fn into_cotangent(self) -> Self::Cotangent {
        (Some(self.0), Some(self.1))
    }
}

impl<A, B, C> IntoCotangent for (A, B, C) {
    type Cotangent = (Option<A>, Option<B>, Option<C>);
    fn into_cotangent(self) -> Self::Cotangent {
        (Some(self.0), Some(self.1), Some(self.2))
    }
}

#[test]
fn normalizations() {
    let mut rng = rng();
    for leading in [&[][..], &[4], &[2, 3], &[0]] {
        let x = random::<5>(leading, &mut rng);
        let (weight, bias) = (random::<5>(&[], &mut rng), random::<5>(&[1], &mut rng));
        let norm = WithElem::<LayerNorm<5>, f64> {
            weight: Vector::from_vec(weight.as_slice().to_vec()),
            bias: Vector::from_vec(bias.as_slice().to_vec()),
            eps: 0.1,
        };
        assert_eq!(layer_norm(&x, &weight, &bias, 0.1), norm.forward(&x));
        let norm = WithElem::<RmsNorm<5>, f64> { weight: norm.weight, eps: 0.1 };
        assert_eq!(rms_norm(&x, &weight, 0.1), norm.forward(&x));
        let eps = 0.1;
        check_function!([x, weight, bias, eps], layer_norm, layer_norm_vjp, (x, weight, bias, *eps), |d| d);
        check_function!([x, weight, eps], rms_norm, rms_norm_vjp, (x, weight, *eps), |d| d);
    }
}

#[test]
fn convolutions() {
    let mut rng = rng();
    let layer = WithElem::<Conv2d<2, 3, 3, 2, 1>, f64>::init(&mut rng);
    let (x, w, b) = (random::<2>(&[2, 5, 4], &mut rng), layer.weight.tensor(), layer.bias.tensor());
    assert_eq!(conv2d(&x, &w, &b, 2, 1), layer.forward(&x));
    check_function!([x, w, b], conv2d, conv2d_vjp, (x, w, b, 2, 1), |d| (d.0, d.1, d.2));
    // A kernel that is no square.
    let w = random::<2>(&[3, 1, 4], &mut rng);
    check_function!([x, w, b], conv2d, conv2d_vjp, (x, w, b, 1, 0), |d| (d.0, d.1, d.2));

    let layer = WithElem::<Conv1d<2, 3, 3, 2, 1>, f64>::init(&mut rng);
    let (x, w) = (random::<2>(&[2, 5], &mut rng), layer.weight.tensor());
    assert_eq!(conv1d(&x, &w, &layer.bias.tensor(), 2, 1), layer.forward(&x));
    check_function!([x, w, b], conv1d, conv1d_vjp, (x, w, b, 2, 1), |d| (d.0, d.1, d.2));
    let (x, w, b) = (x.dynamic(), w.dynamic(), b.dynamic());
    check_function!([x, w, b], conv1d, conv1d_vjp, (x, w, b, 1, 0), |d| (d.0, d.1, d.2));
    // What is not requested.
    let (y, pullback) = conv1d_vjp(&x, &w, &b, 1, 0);
    let (dx, dw, db, _, _) = pullback(y, [false, false, true, false, false]);
    assert!(dx.is_none() && dw.is_none() && db.is_some());
}

#[test]
fn recurrent_layers() {
    let mut rng = rng();
    let (h, c) = (random::<2>(&[3], &mut rng), random::<2>(&[3], &mut rng));
    let x = random::<4>(&[3, 5], &mut rng);

    let layer = randomized(WithElem::<Lstm<4, 2>, f64>::init(&mut rng), &mut rng);
    let (wi, wh) = (layer.weight_ih.tensor(), layer.weight_hh.tensor());
    let (bi, bh) = (layer.bias_ih.tensor(), layer.bias_hh.tensor());
    let (states, last, cell) = layer.view().forward_from(&x, &h, &c);
    assert_eq!(lstm(&x, &h, &c, &wi, &wh, &bi, &bh), (states, last, cell));
    check_function!([x, h, c, wi, wh, bi, bh], lstm, lstm_vjp, (x, h, c, wi, wh, bi, bh), |d| d);
    let step = x.select(1, 0);
    let one = layer.view().forward_from(&x.narrow(1, 0, 1), &h, &c);
    assert_eq!(lstm_cell(&step, &h, &c, &wi, &wh, &bi, &bh), (one.1, one.2));
    check_function!(
        [step, h, c, wi, wh, bi, bh],
        lstm_cell,
        lstm_cell_vjp,
        (step, h, c, wi, wh, bi, bh),
        |d| d
    );

    let layer = randomized(WithElem::<Gru<4, 2>, f64>::init(&mut rng), &mut rng);
    let (wi, wh) = (layer.weight_ih.tensor(), layer.weight_hh.tensor());
    let (bi, bh) = (layer.bias_ih.tensor(), layer.bias_hh.tensor());
    assert_eq!(gru(&x, &h, &wi, &wh, &bi, &bh), layer.view().forward_from(&x, &h));
    check_function!([x, h, wi, wh, bi, bh], gru, gru_vjp, (x, h, wi, wh, bi, bh), |d| d);
    let one = layer.view().forward_from(&x.narrow(1, 0, 1), &h);
    assert_eq!(gru_cell(&step, &h, &wi, &wh, &bi, &bh), one.1);
    check_function!([step, h, wi, wh, bi, bh], gru_cell, gru_cell_vjp, (step, h, wi, wh, bi, bh), |d| d);
    let (step, wi) = (step.dynamic(), wi.dynamic());
    check_function!([step, h, wi, wh, bi, bh], gru_cell, gru_cell_vjp, (step, h, wi, wh, bi, bh), |d| d);
}

#[test]
fn parameters_as_tensors() {
    let mut rng = rng();
    let layer = WithElem::<Conv2d<2, 3, 3>, f64>::init(&mut rng);
    let (weight, pullback) = layer.weight.view().tensor_vjp();
    assert_eq!(weight.shape(), [3, 3, 3, 2]);
    assert_eq!(pullback(weight, [true]).0.unwrap(), layer.weight.tensor());
    let layer = WithElem::<Gru<DYN, DYN>, f64>::new(4, 2, &mut rng);
    let (bias, pullback) = layer.bias_ih.view().tensor_vjp();
    assert_eq!((bias.shape(), layer.weight_ih.tensor().shape()), (&[3, 2][..], &[6, 4][..]));
    assert_eq!(pullback(bias, [true]).0.unwrap(), layer.bias_ih.tensor());
}

#[test]
#[should_panic = "`layer_norm` with a weight of shape [2, 3], of a tensor of shape [4, 3]: one row of 3 features is wanted"]
fn a_weight_of_two_rows() {
    layer_norm(&Tensor::<3>::zeros([4]), &Tensor::zeros([2]), &Tensor::zeros([]), 1e-5);
}

#[test]
#[should_panic = "a convolution to 3 channels with a weight of shape [4, 2, 2, 1], which is of 4"]
fn other_channels() {
    conv2d(&Tensor::<1>::zeros([1, 4, 4]), &Tensor::zeros([4, 2, 2]), &Tensor::<3>::zeros([]), 1, 0);
}

#[test]
#[should_panic = "a convolution with a weight of shape [4, 2, 1]: [outputs, height, width, inputs] is wanted"]
fn a_kernel_of_a_line() {
    conv2d(&Tensor::<1>::zeros([1, 4, 4]), &Tensor::zeros([4, 2]), &Tensor::<4>::zeros([]), 1, 0);
}

#[test]
#[should_panic = "a recurrent layer with a bias of shape [8]: [4, hidden], a row for each gate, is wanted"]
fn a_bias_of_one_axis() {
    let (x, h) = (Tensor::<3>::zeros([1]), Tensor::<DYN>::zeros([1, 2]));
    let bias = Tensor::zeros([8]);
    lstm_cell(&x, &h, &h, &Tensor::zeros([8]), &Tensor::zeros([8, 2]), &bias, &bias);
}
