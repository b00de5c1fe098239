use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

#[differentiable]
impl Net {
    fn variable(&self, x: &Tensor<3>) -> f32 {
        let mut h = x.clone();
        #[checkpoint]
        for _ in 0..2 {
            h = self.fc.forward(&g); //~
        }
        h.sum()
    }
}

fn main() {}
