use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    other: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let mut sums = vec![self.fc.forward(x).sum(), 2.0];
        sums.copy_within(0..1, 1);
        sums[0]
    }
}

fn main() {}
