//! A gated recurrent cell of one's own on the adding problem: of sequences of different lengths, the sum of the two numbers
//! that are marked.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

const HIDDEN: usize = 24;

#[derive(Module)]
struct Adder {
    input: Linear<2, HIDDEN>,
    update: Linear<HIDDEN, HIDDEN>,
    candidate: Linear<HIDDEN, HIDDEN>,
    head: Linear<HIDDEN, 1>,
}

#[derive(Value, Clone)]
struct State {
    h: Tensor<HIDDEN>,
    steps: usize,
}

#[differentiable]
impl Adder {
    fn step(&self, x: &Tensor<2>, state: State) -> State {
        let State { h, steps } = state;
        let x = self.input.forward(x);
        let gate = (self.update.forward(&h) + &x).sigmoid();
        let new = (self.candidate.forward(&h) + &x).tanh();
        State { h: &gate * &h + (1.0 - &gate) * new, steps: steps + 1 }
    }

    /// `x` is `[batch, time, 2]`, padded at the end.
    fn forward(&self, x: &Tensor<2>, lengths: &[usize]) -> Tensor<1> {
        let mut state = State { h: Tensor::zeros([x.shape()[0]]), steps: 0 };
        let mut outputs = Vec::new();
        for t in 0..x.shape()[1] {
            if lengths.iter().all(|&length| t >= length) {
                break;
            }
            state = self.step(&x.select(1, t), state);
            outputs.push(state.h.clone());
        }
        // The output at the end of each sequence.
        let mut last = Vec::new();
        for (row, &length) in lengths.iter().enumerate() {
            last.push(outputs[length - 1].narrow(0, row, 1));
        }
        self.head.forward(&Tensor::concat(&last, 0))
    }

    fn loss(&self, x: &Tensor<2>, lengths: &[usize], sums: &Tensor<1>) -> f32 {
        mse_loss(&self.forward(x, lengths), sums)
    }
}

fn batch(rng: &mut StdRng, size: usize, time: usize) -> (Tensor<2>, Vec<usize>, Tensor<1>) {
    let (mut x, mut lengths, mut sums) = (vec![0.0; size * time * 2], Vec::new(), Vec::new());
    for row in 0..size {
        let length = rng.random_range(3..time);
        let first = rng.random_range(0..length / 2);
        let second = rng.random_range(length / 2..length);
        let mut sum = 0.0;
        for t in 0..length {
            let number: f32 = rng.random_range(0.0..1.0);
            let is_marked = t == first || t == second;
            x[(row * time + t) * 2] = number;
            x[(row * time + t) * 2 + 1] = f32::from(u8::from(is_marked));
            sum += if is_marked { number } else { 0.0 };
        }
        lengths.push(length);
        sums.push(sum);
    }
    (Tensor::from_vec([size, time], x), lengths, Tensor::from_vec([size], sums))
}

#[test]
fn a_cell_of_ones_own_learns_to_add() {
    let mut rng = StdRng::seed_from_u64(1);
    let mut net = Adder::init(&mut rng);
    let mut adam = Adam::new(0.01);
    let (x, lengths, sums) = batch(&mut rng, 64, 9);
    let before = net.loss(&x, &lengths, &sums);
    for _ in 0..300 {
        let (x, lengths, sums) = batch(&mut rng, 32, 9);
        let (_, gradient) = net.loss_and_grad(&x, &lengths, &sums);
        adam.step(&mut net, &gradient);
    }
    let after = net.loss(&x, &lengths, &sums);
    // Always answering 1, the mean, has a loss of 1/6.
    assert!(after < 0.05, "{before} to {after}");
}
