use std::collections::HashMap;

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    boxed: Box<Linear<4, 4>>, //~
    tensor: Tensor<4>, //~
    list: Vec<Tensor<4>>, //~
    map: HashMap<String, Linear<4, 4>>, //~
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum()
    }
}

fn main() {}
