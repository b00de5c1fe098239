use tiedw::prelude::*;

#[derive(Module)]
struct Plain {
    fc: Linear<4, 4>,
}

impl Plain {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum()
    }
}

#[derive(Module)]
struct NoNumber {
    fc: Linear<4, 4>,
}

#[differentiable]
impl NoNumber {
    fn loss(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x) - x
    }
}

/// Has the method itself, and so no mistake.
#[derive(Module)]
struct ByHand {
    fc: Linear<4, 4>,
}

impl ByHand {
    fn error(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum()
    }

    fn error_and_grad(&self, x: &Tensor<4>) -> (f32, ByHand) {
        (self.error(x), self.zeros_like())
    }
}

fn trained(plain: &Plain, no_number: &NoNumber, by_hand: &ByHand, x: &Tensor<4>) -> f32 {
    let (loss, gradient) = plain.loss_and_grad(x); //~
    let (other, _) = no_number.loss_and_grad(x); //~
    let (third, _) = by_hand.error_and_grad(x);
    loss * 2.0 + gradient.fc.bias.as_slice()[0] + other.sum() + third
}

fn main() {}
