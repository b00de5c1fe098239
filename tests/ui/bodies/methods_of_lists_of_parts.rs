use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    layers: Vec<Linear<4, 4>>,
    pair: [Linear<4, 4>; 2],
    head: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn unknown(&self) -> usize {
        self.layers.frobnicate() //~
    }

    fn misspelt(&self) -> usize {
        self.pair.itre().len() //~
    }

    fn of_each(&self, x: &Tensor<4>) -> Tensor<4> {
        self.head.forward(&self.layers.forward(x)) //~
    }
}

fn main() {}
