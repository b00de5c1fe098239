use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    scale: Vector<4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let (mut a, mut b) = (self.fc.forward(x), x.relu());
        std::mem::swap(&mut a, &mut b); //~ //~
        (a * 2.0 + b).sum()
    }
}

fn main() {}
