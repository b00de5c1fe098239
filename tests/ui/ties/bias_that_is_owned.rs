use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<4, 4>,
    #[tie(bias = fc1.bias)] //~
    fc2: Linear<4, 4, Tied>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fc2.forward(&self.fc1.forward(x)).sum()
    }
}

fn main() {}
