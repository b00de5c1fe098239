use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    scale: Vector<4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let mut h = self.fc.forward(x);
        println!("{}", {
            h = h.tanh();
            1
        });
        h.sum()
    }
}

fn main() {}
