use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    other: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let mut sums = vec![self.fc.forward(x).sum(), x.mean()];
        let mut loss = x.sum();
        while sums.pop().unwrap() < 3.0 {
            loss = loss * 2.0;
        }
        loss
    }
}

fn main() {}
