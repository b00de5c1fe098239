//! Generation of text, one character at a time, with a key-value cache.

use language::{CONTEXT, Text, draw};
use rand::Rng;
use tiedw::prelude::*;

use crate::model::{Gpt, HEADS, LAYERS, WIDTH};

const HEAD: usize = WIDTH / HEADS;

/// The cached keys and values of one layer, one row per position.
#[derive(Default)]
struct Kept {
    keys: Vec<f32>,
    values: Vec<f32>,
}

/// A network that has read some characters, with its cache.
struct Reader<'n> {
    net: &'n Gpt,
    layers: [Kept; LAYERS],
    read: usize,
}

impl<'n> Reader<'n> {
    fn new(net: &'n Gpt) -> Self {
        Reader { net, layers: Default::default(), read: 0 }
    }

    /// Reads one more character, and returns the logits of the next.
    fn read(&mut self, id: u32) -> Tensor<DYN> {
        let net = self.net.view();
        let mut x = net.embed.forward(&Ids::from_vec([1], vec![id]));
        for (feature, x) in x.as_mut_slice().iter_mut().enumerate() {
            *x += net.positions.weight[(self.read, feature)];
        }
        for (block, kept) in net.blocks.iter().zip(&mut self.layers) {
            let normal = block.attention_norm.forward(&x);
            let attention = &block.attention;
            kept.keys.extend_from_slice(attention.key.forward(&normal).as_slice());
            kept.values.extend_from_slice(attention.value.forward(&normal).as_slice());
            let query = attention.query.forward(&normal);
            let attended = Tensor::from_vec([1], kept.attend(query.as_slice()));
            x = block.feed_forward(&(x + attention.out_proj.forward(&attended)));
        }
        self.read += 1;
        net.head.forward(&net.norm.forward(&x))
    }
}

impl Kept {
    /// Computes the attention of one query to all cached positions, head by head.
    fn attend(&self, query: &[f32]) -> Vec<f32> {
        let mut attended = vec![0.0; WIDTH];
        for head in (0..WIDTH).step_by(HEAD) {
            let query = &query[head..head + HEAD];
            let scores = self.keys.chunks(WIDTH).map(|key| dot(query, &key[head..head + HEAD]));
            let weights = softmax(scores.map(|score| score / (HEAD as f32).sqrt()).collect());
            for (weight, value) in weights.iter().zip(self.values.chunks(WIDTH)) {
                let values = value[head..head + HEAD].iter();
                attended[head..head + HEAD]
                    .iter_mut()
                    .zip(values)
                    .for_each(|(sum, value)| *sum += weight * value);
            }
        }
        attended
    }
}

/// Generates `count` characters, after a line break.
pub(crate) fn sample(net: &Gpt, text: &Text, count: usize, rng: &mut impl Rng) -> String {
    let mut ids: Vec<u32> = vec![text.line_break()];
    let mut reader = Reader::new(net);
    let mut logits = reader.read(ids[0]);
    while ids.len() <= count {
        let id = draw(logits.as_slice(), rng);
        ids.push(id);
        if reader.read == CONTEXT {
            // The context is full: restart from its later half.
            reader = Reader::new(net);
            for &id in &ids[ids.len() - CONTEXT / 2..ids.len() - 1] {
                reader.read(id);
            }
        }
        logits = reader.read(id);
    }
    text.decode(&ids[1..])
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn softmax(mut scores: Vec<f32>) -> Vec<f32> {
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    scores.iter_mut().for_each(|score| *score = (*score - largest).exp());
    let sum: f32 = scores.iter().sum();
    scores.iter_mut().for_each(|score| *score /= sum);
    scores
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng, rngs::StdRng};

    use super::*;

    /// Incremental reading gives the same logits as one forward pass.
    #[test]
    fn what_is_kept_changes_nothing() {
        let mut rng = StdRng::seed_from_u64(0);
        let net = Gpt::new(70, &mut rng);
        let ids: Vec<u32> = (0..CONTEXT).map(|_| rng.random_range(0..70)).collect();
        let at_once = net.forward(&Ids::from_vec([1, CONTEXT], ids.clone()));
        let mut reader = Reader::new(&net);
        for (id, expected) in ids.into_iter().zip(at_once.as_slice().chunks(at_once.features())) {
            for (found, expected) in reader.read(id).as_slice().iter().zip(expected) {
                assert!((found - expected).abs() < 1e-4, "{found} one by one, {expected} at once");
            }
        }
    }
}
