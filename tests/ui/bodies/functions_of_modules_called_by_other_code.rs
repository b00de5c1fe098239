//! Functions that take modules, called where no gradient flows.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
fn twice(layer: &Linear<4, 4>, x: &Tensor<4>) -> Tensor<4> {
    layer.forward(&layer.forward(x))
}

#[differentiable]
impl Net {
    fn block(&self, layer: &Linear<4, 4>, x: &Tensor<4>) -> Tensor<4> {
        layer.forward(x).tanh()
    }

    fn wrong(&self, layer: &Linear<4, 4>, x: &Tensor<4>) -> Tensor<4> {
        layer.forward(x).tanhh() //~
    }

    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.block(&self.fc, &twice(&self.fc, x)).sum()
    }

    fn uses_of_one_mistake(&self, x: &Tensor<4>) -> f32 {
        self.wrong(&self.fc, x).sum() + self.wrong(&self.fc, x).sum()
    }

    fn not_enough(&self, x: &Tensor<4>) -> f32 {
        self.block(&self.fc).sum() //~
    }
}

fn outside(net: &Net, x: &Tensor<4>) -> Tensor<4> {
    net.block(&net.fc, x) //~
        + twice(&net.fc, x) //~
}

fn main() {}
