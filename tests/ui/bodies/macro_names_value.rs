use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    scale: Vector<4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let h = self.fc.forward(x);
        macro_rules! sum {
            () => {
                h.sum()
            };
        }
        sum!()
    }
}

fn main() {}
