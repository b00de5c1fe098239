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
        self.fc.forward(x).sum() * scale[0]
    }
}

fn main() {}
