use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
    layers: [Linear<3, 3>; 2],
    gain: Vector<3>,
}

#[differentiable]
impl Net {
    fn power(&self, x: &Tensor<3>, times: usize) -> Tensor<3> {
        if times == 0 { x.clone() } else { self.power(&self.fc1.forward(x), times - 1) }
    }
}

fn main() {}
