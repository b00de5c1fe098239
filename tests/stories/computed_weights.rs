//! Weights that are computed from parameters, in layers that are tied.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::functional::{conv2d, conv2d_vjp, embedding, embedding_vjp, lstm, lstm_vjp};
use tiedw::prelude::*;
use tiedw::testing::gradcheck_loss;

fn rng() -> StdRng {
    StdRng::seed_from_u64(7)
}

/// An autoencoder whose weight is normalised (Salimans and Kingma, 2016), and the same in both directions.
#[derive(Module)]
struct WeightNorm {
    direction: Matrix<4, 6, f64>,
    length: Vector<4, f64>,
}

#[differentiable]
impl WeightNorm {
    fn weight(&self) -> Tensor<6, f64> {
        let length = self.length.tensor().unflatten::<1, _>([4]);
        (self.direction.normalize().dynamic() * length.dynamic()).fixed()
    }

    fn loss(&self, x: &Tensor<6, f64>) -> f64 {
        let weight = self.weight();
        let code: Tensor<4, f64> = x.matmul_t(&weight).tanh();
        mse_loss(&code.matmul(&weight), x)
    }
}

#[test]
fn weight_normalisation_of_a_tied_autoencoder() {
    let mut net = WeightNorm {
        direction: Matrix::from_fn(|row, column| ((row * 7 + column * 3) % 5) as f64 - 1.5),
        length: Vector::from([0.5, 1.0, 1.5, 2.0]),
    };
    let x = Tensor::randn([3], &mut rng());
    gradcheck_loss(&mut net, |net| net.loss(&x), |net| net.loss_and_grad(&x)).unwrap();
    let (before, gradient) = net.loss_and_grad(&x);
    // A direction's gradient is orthogonal to it: its length does not matter.
    for (row, d) in net.direction.as_slice().chunks(6).zip(gradient.direction.as_slice().chunks(6)) {
        assert!(row.iter().zip(d).map(|(a, b)| a * b).sum::<f64>().abs() < 1e-12);
    }
    let mut sgd = Sgd::new(0.2);
    for _ in 0..300 {
        let (_, gradient) = net.loss_and_grad(&x);
        sgd.step(&mut net, &gradient);
    }
    assert!(net.loss(&x) < before / 2.0);
}

/// A convolution whose weight has a spectral norm of 1 (Miyato et al., 2018). What the power iteration has found is a setting.
#[derive(Module)]
struct Spectral {
    conv: Conv2d<2, 3, 3, 1, 1, Own, Own, f64>,
    #[module(skip, init = Tensor::ones([1]).normalize())]
    left: Tensor<3, f64>,
}

#[differentiable]
impl Spectral {
    /// The weight as a matrix of a row for each output channel.
    fn rows(&self) -> Tensor<18, f64> {
        self.conv.weight.tensor().flatten()
    }

    /// One step of the power iteration.
    fn vectors(&self) -> (Tensor<3, f64>, Tensor<18, f64>) {
        let rows = stop_gradient(self.rows());
        let right: Tensor<18, f64> = self.left.matmul(&rows).normalize();
        (right.matmul_t(&rows).normalize(), right)
    }

    fn norm(&self) -> f64 {
        let (left, right) = self.vectors();
        (left.matmul(&self.rows()) * right).sum()
    }

    fn loss(&self, x: &Tensor<2, f64>) -> f64 {
        let weight: Tensor<2, f64> = (self.rows() / self.norm()).unflatten([3, 3, 3]);
        conv2d(x, &weight, &self.conv.bias.tensor(), 1, 1).tanh().powi(2).mean()
    }
}

#[test]
fn spectral_normalisation_of_a_convolution() {
    let mut net = Spectral::init(&mut rng());
    for _ in 0..200 {
        net.left = net.vectors().0;
    }
    let norm = net.norm();
    let again = net.conv.weight.tensor().flatten::<18>() * (1.0 / norm);
    assert!((again.matmul_t::<3>(&again).sum_axis(0).sum() - again.sum_axis(0).powi(2).sum()).abs() < 1e-9);
    let x = Tensor::randn([2, 4, 4], &mut rng());
    // The vectors move with the weight, but at the singular vectors this does not change the norm.
    gradcheck_loss(&mut net, |net| net.loss(&x), |net| net.loss_and_grad(&x)).unwrap();
    // The scale of the weight makes no difference.
    let (before, gradient) = net.loss_and_grad(&x);
    let along: f64 =
        net.conv.weight.as_slice().iter().zip(gradient.conv.weight.as_slice()).map(|(a, b)| a * b).sum();
    assert!(before > 0.0 && along.abs() < 1e-9);
}

/// A language model of bytes with dropped recurrent weights (Merity et al., 2017) and the embedding as its head.
#[derive(Module)]
struct AwdLstm {
    words: Embedding<12, 6, Own, f64>,
    lstm: Lstm<6, 6, Own, Own, Own, f64>,
    #[tie(weight = words.weight)]
    head: Linear<6, 12, Tied, NoBias, f64>,
}

#[differentiable]
impl AwdLstm {
    /// `kept` is 0 for a dropped weight, and the same for all steps.
    fn loss(&self, words: &Ids, next: &Ids, kept: &Tensor<6, f64>) -> f64 {
        let x = self.words.forward(words);
        let start = Tensor::zeros([x.shape()[0]]);
        let hidden = self.lstm.weight_hh.tensor() * kept;
        let (input, biases) = (self.lstm.weight_ih.tensor(), self.lstm.bias_ih.tensor());
        let (states, ..) = lstm(&x, &start, &start, &input, &hidden, &biases, &self.lstm.bias_hh.tensor());
        cross_entropy_loss(&self.head.forward(&states), next)
    }
}

#[test]
fn dropped_recurrent_weights() {
    let rng = &mut rng();
    let mut net = AwdLstm::init(rng);
    let words = Ids::from_vec([2, 4], vec![1, 5, 3, 2, 0, 11, 5, 5]);
    let next = Ids::from_vec([2, 4], vec![5, 3, 2, 4, 11, 5, 5, 1]);
    let kept = Tensor::bernoulli([24], 0.5, rng) * 2.0;
    gradcheck_loss(
        &mut net,
        |net| net.loss(&words, &next, &kept),
        |net| net.loss_and_grad(&words, &next, &kept),
    )
    .unwrap();
    let (_, gradient) = net.loss_and_grad(&words, &next, &kept);
    let dropped = gradient
        .lstm
        .weight_hh
        .as_slice()
        .iter()
        .zip(kept.as_slice())
        .all(|(d, kept)| (*d == 0.0) == (*kept == 0.0));
    assert!(dropped);
    let (first, mut adam) = (net.loss(&words, &next, &kept), Adam::new(0.05));
    for _ in 0..60 {
        let kept = Tensor::bernoulli([24], 0.5, rng) * 2.0;
        let (_, gradient) = net.loss_and_grad(&words, &next, &kept);
        adam.step(&mut net, &gradient);
    }
    assert!(net.loss(&words, &next, &Tensor::ones([24])) < first / 3.0);
}

/// A frozen embedding that is its own head, with a correction of low rank to both (Hu et al., 2021).
#[derive(Module, Clone)]
struct Lora {
    words: Frozen<Embedding<9, 4, Own, f64>>,
    #[module(init = zeros)]
    left: Matrix<9, 2, f64>,
    #[module(init = ones)]
    right: Matrix<2, 4, f64>,
}

#[differentiable]
impl Lora {
    fn table(&self) -> Tensor<4, f64> {
        self.words.weight.tensor() + self.left.tensor().matmul(&self.right.tensor())
    }

    fn scores(&self, words: &Ids) -> Tensor<9, f64> {
        let table = self.table();
        embedding(words, &table).tanh().matmul_t(&table)
    }

    fn loss(&self, words: &Ids, next: &Ids) -> f64 {
        cross_entropy_loss(&self.scores(words), next)
    }
}

impl Lora {
    /// Moves the correction into the embedding.
    fn merged(mut self) -> Self {
        self.words.weight = Matrix::from_vec(self.table().into_vec());
        self.left = Matrix::zeros();
        self
    }
}

#[test]
fn a_correction_of_low_rank_to_a_frozen_tied_embedding() {
    let rng = &mut rng();
    let mut net = Lora::init(rng);
    let (words, next) = (Ids::from_vec([3], vec![1, 5, 8]), Ids::from_vec([3], vec![2, 0, 8]));
    let (table, before) = (net.words.weight.clone(), net.loss(&words, &next));
    let mut adam = Adam::new(0.05);
    for _ in 0..50 {
        let (_, gradient) = net.loss_and_grad(&words, &next);
        adam.step(&mut net, &gradient);
    }
    assert_eq!(net.words.weight, table);
    assert!(net.loss(&words, &next) < before / 3.0);
    let merged = net.clone().merged();
    let differences = merged.scores(&words) - net.scores(&words);
    assert!(differences.abs().max() < 1e-12);
    let (_, gradient) = net.loss_and_grad(&words, &next);
    let step = |net: &Lora, size: f64| {
        let mut moved = net.clone();
        for (weight, d) in moved.left.as_mut_slice().iter_mut().zip(gradient.left.as_slice()) {
            *weight += size * d;
        }
        moved.loss(&words, &next)
    };
    let slope = (step(&net, 1e-4) - step(&net, -1e-4)) / 2e-4;
    let expected: f64 = gradient.left.as_slice().iter().map(|d| d * d).sum();
    assert!((slope - expected).abs() < 1e-6 * expected);
}

/// A layer with the sum of a matrix and its transpose.
#[derive(Module)]
struct Symmetric {
    weight: Matrix<5, 5, f64>,
}

#[differentiable]
impl Symmetric {
    fn loss(&self, x: &Tensor<5, f64>) -> f64 {
        let weight = &self.weight + &self.weight.t();
        x.matmul(&weight).tanh().sum()
    }
}

#[test]
fn a_matrix_and_its_transpose() {
    let mut net =
        Symmetric { weight: Matrix::from_fn(|row, column| (row as f64 - 1.3 * column as f64) / 5.0) };
    let x = Tensor::randn([3], &mut rng());
    gradcheck_loss(&mut net, |net| net.loss(&x), |net| net.loss_and_grad(&x)).unwrap();
    let (_, gradient) = net.loss_and_grad(&x);
    let of = |row: usize, column: usize| gradient.weight[(row, column)];
    assert!((0..25).all(|at| (of(at / 5, at % 5) - of(at % 5, at / 5)).abs() < 1e-12));
}
