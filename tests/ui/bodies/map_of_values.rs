use std::collections::HashMap;

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    other: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let mut outputs = HashMap::new();
        outputs.insert("fc", self.fc.forward(x));
        outputs["fc"].sum()
    }
}

fn main() {}
