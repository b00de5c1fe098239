use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    scale: Vector<4>,
}

fn first(net: &NetView<'_>) -> f32 {
    net.scale[0]
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum() * first(self)
    }
}

fn main() {}
