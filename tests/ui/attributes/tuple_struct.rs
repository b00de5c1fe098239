use tiedw::prelude::*;

#[derive(Module)]
struct Net(Linear<10, 5>, Linear<5, 2>);

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<10>, t: &Tensor<2>) -> f32 {
        mse_loss(&self.1.forward(&self.0.forward(x)), t)
    }
}

fn main() {}
