use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    scale: Vector<4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let scale = &self.scale;
        let second = || scale.as_slice()[1];
        self.fc.forward(x).sum() * second()
    }
}

fn main() {}
