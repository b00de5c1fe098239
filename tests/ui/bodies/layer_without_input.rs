use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
    layers: [Linear<3, 3>; 2],
    gain: Vector<3>,
}

#[differentiable]
impl Layer for Net {
    type Output = Tensor<3>;

    fn forward(&self, x: &Tensor<3>) -> Tensor<3> {
        self.fc1.forward(x)
    }
}

fn main() {}
