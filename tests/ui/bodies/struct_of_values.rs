use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
    layers: [Linear<3, 3>; 2],
    gain: Vector<3>,
}

struct Pair {
    a: Tensor<3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        let pair = Pair { a: self.fc1.forward(x) };
        mse_loss(&pair.a, x)
    }
}

fn main() {}
