use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc1: Linear<3, 3>,
}

#[differentiable]
impl Net {
    fn loss(&mut self, x: &Tensor<3>) -> f32 { //~
        mse_loss(&self.fc1.forward(x), x)
    }
}

fn main() {
    let net = Net { fc1: Linear { weight: Matrix::zeros(), bias: Vector::zeros() } };
    net.loss_and_grad(&Tensor::zeros([1]));
}
