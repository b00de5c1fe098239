use tiedw::prelude::*;
use tiedw::{NoGradient, Value};

struct Scale {
    factor: f32,
}

impl Value for Scale {
    type Owned = Self;
    type Cotangent = NoGradient;

    fn by_ref(&self) -> &Self {
        self
    }
}

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
}

#[differentiable]
impl Net {
    fn forward(&self, x: &Tensor<3>, scale: &Scale) -> Tensor<3> {
        self.fc1.forward(x) * scale.factor
    }
}

fn main() {}
