// A constant that a glob import brings would stand for a value.
use tiedw::prelude::*;

#[allow(non_upper_case_globals)]
mod constants {
    pub const h: f32 = 2.0;
}

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        let h = self.fc.forward(x).sum();
        let scaled = {
            use constants::*;
            h * 3.0
        };
        scaled + h
    }
}

fn main() {}
