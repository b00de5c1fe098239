use tiedw::prelude::*;

struct Settings {
    scale: f32,
}

#[derive(Module)]
struct Net {
    fc1: Linear<10, 5>,
}

#[differentiable]
impl Net {
    fn forward(&self, x: &Tensor<10>, settings: &Settings) -> Tensor<5> {
        self.fc1.forward(x) * settings.scale
    }
}

fn main() {}
