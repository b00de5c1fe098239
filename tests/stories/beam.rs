//! A beam of hypotheses in structs: the score of the best sequences of a small language model, trained so that one of
//! them wins.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

const V: usize = 5;
const F: usize = 8;

#[derive(Module)]
struct Model {
    embed: Embedding<V, F>,
    step: Linear<F, F>,
    #[tie(weight = embed.weight)]
    head: Linear<F, V, Tied, NoBias>,
}

#[derive(Value, Clone)]
struct Hypothesis {
    score: f32,
    h: Tensor<F>,
    tokens: Vec<usize>,
}

/// The highest scores first.
fn order(scores: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    order
}

#[differentiable]
impl Model {
    fn extended(&self, hypothesis: &Hypothesis, token: usize) -> Hypothesis {
        let h = (self.step.forward(&hypothesis.h)
            + self.embed.forward(&Ids::from_vec([1], vec![token as u32])))
        .tanh();
        let loss =
            cross_entropy_loss(&self.head.forward(&hypothesis.h), &Ids::from_vec([1], vec![token as u32]));
        let mut tokens = hypothesis.tokens.clone();
        tokens.push(token);
        Hypothesis { score: hypothesis.score - loss, h, tokens }
    }

    fn search(&self, width: usize, length: usize) -> Vec<Hypothesis> {
        let start = Hypothesis { score: 0.0, h: Tensor::full([1], 0.5), tokens: Vec::new() };
        let mut beam = vec![start];
        for _ in 0..length {
            let mut all = Vec::new();
            for hypothesis in &beam {
                for token in 0..V {
                    all.push(self.extended(hypothesis, token));
                }
            }
            let mut best = Vec::new();
            let scores: Vec<f32> = stop_gradient(all.iter().map(|hypothesis| hypothesis.score).collect());
            for &at in order(&scores).iter().take(width) {
                best.push(all[at].clone());
            }
            beam = best;
        }
        beam
    }

    /// The margin by which `wanted` loses against the beam.
    fn loss(&self, wanted: &[usize]) -> f32 {
        let mut hypothesis = Hypothesis { score: 0.0, h: Tensor::full([1], 0.5), tokens: Vec::new() };
        for &token in wanted {
            hypothesis = self.extended(&hypothesis, token);
        }
        let rivals = self.search(3, wanted.len());
        let mean: f32 = rivals.iter().map(|rival| rival.score).sum();
        mean / 3.0 - hypothesis.score
    }
}

#[test]
fn the_wanted_sequence_wins() {
    let mut net = Model::init(&mut StdRng::seed_from_u64(5));
    let mut adam = Adam::new(0.02);
    let wanted = [3, 1, 4, 1];
    for _ in 0..100 {
        let (_, gradient) = net.loss_and_grad(&wanted);
        adam.step(&mut net, &gradient);
    }
    assert_eq!(net.search(3, 4)[0].tokens, wanted);
}
