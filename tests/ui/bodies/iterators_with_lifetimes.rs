use std::slice::Iter;

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, xs: Iter<'_, Tensor<4>>) -> f32 { //~
        let mut loss = 0.0;
        for x in xs {
            loss += self.fc.forward(x).sum();
        }
        loss
    }
}

#[differentiable]
fn total<'t>(xs: std::slice::Chunks<'t, Tensor<4>>) -> f32 { //~
    let mut total = 0.0;
    for x in xs {
        total += x[0].sum();
    }
    total
}

fn main() {}
