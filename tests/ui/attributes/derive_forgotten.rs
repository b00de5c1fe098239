use tiedw::prelude::*;

struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net { //~
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum()
    }
}

#[derive(Value, Clone)]
struct Count {
    h: Tensor<4>,
}

// It is `#[differentiable(value)]`.
#[differentiable]
impl Count { //~
    fn total(&self) -> f32 {
        self.h.sum()
    }
}

fn main() {
    let net = Net { fc: Linear { weight: Matrix::zeros(), bias: Vector::zeros() } };
    net.loss_and_grad(&Tensor::zeros([1]));
}
