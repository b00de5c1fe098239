use tiedw::prelude::*;

#[derive(Module)]
#[module(parallel)]
struct Net {
    fc1: Linear<4, 4>,
    fc2: Linear<4, 4>,
    wide: Linear<4, 6>,
}

#[differentiable]
impl Net {
    fn code(&self, x: &Tensor<4>) -> Tensor<4> {
        self.wide.forward(x)
    }
}

fn main() {}
