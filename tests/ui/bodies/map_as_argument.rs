//! A map as an argument that is not marked: what follows from it is not reported.

use std::collections::HashMap;

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    embed: Embedding<10, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, words: &[&str], vocabulary: &HashMap<String, u32>) -> f32 { //~ is data
        let mut recent: std::collections::VecDeque<u32> = Default::default();
        let mut total = 0.0;
        for word in words {
            let Some(&id) = vocabulary.get(*word) else { continue };
            recent.push_back(id);
            total += self.embed.forward(&Ids::from_vec([1], vec![id])).sum();
        }
        total / recent.len() as f32
    }
}

fn train(net: &Net, vocabulary: &HashMap<String, u32>) -> f32 {
    net.loss_and_grad(&["a"], vocabulary).0
}

fn main() {}
