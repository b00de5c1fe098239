use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    scale: Vector<4>,
}

use std::cell::Cell;

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let kept = Cell::new(0.0_f32);
        let s = self.fc.forward(x).sum();
        match 1 {
            _ if {
                kept.set(s);
                true
            } => s * kept.get(),
            _ => s,
        }
    }
}

fn main() {}
