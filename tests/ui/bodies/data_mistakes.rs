//! Mistakes that involve arguments without gradients.

use tiedw::prelude::*;

enum Parse {
    Word(usize),
    Pair(Box<Parse>, Box<Parse>),
}

struct Config {
    scale: f32,
    steps: usize,
}

#[derive(Module)]
struct Encoder {
    words: Embedding<10, 4>,
    join: Linear<4, 4>,
}

#[differentiable]
impl Encoder {
    fn encode(&self, #[constant] parse: &Parse) -> Tensor<4> {
        match parse {
            Parse::Word(id) => self.words.forward(&Ids::from_vec([1], vec![*id])), //~ ERROR
            Parse::Pair(left, right) => self.join.forward(&(self.encode(left) + self.encode(right))).tanh(),
        }
    }

    fn scaled(&self, x: &Tensor<4>, #[constant] c: &Config) -> f32 {
        let mut h = x.clone();
        for _ in 0..c.step { //~ ERROR
            h = self.join.forward(&h) * c.scale;
        }
        h.mean()
    }

    fn multiplied(&self, x: &Tensor<4>, #[constant] c: &Config) -> f32 {
        let h = self.join.forward(x) * c.steps; //~ ERROR
        h.mean()
    }

    fn called(&self, x: &Tensor<4>, #[constant] c: &Config) -> f32 {
        let h = self.join.forward(x);
        let k = c.scales(3); //~ ERROR
        h.mean() * k
    }

    fn typed(&self, x: &Tensor<4>, #[constant] c: &Config) -> f32 {
        let h = self.join.forward(x);
        let n: f32 = c.steps; //~ ERROR
        h.mean() * n
    }
}

fn main() {}
