use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
    layers: [Linear<3, 3>; 2],
    gain: Vector<3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        let mut sum = 0.0;
        let y = self.fc1.forward(x);
        for y in y.as_slice() {
            sum += y * y;
        }
        sum
    }
}

fn main() {}
