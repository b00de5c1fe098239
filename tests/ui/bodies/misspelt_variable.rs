use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn misspelt(&self, x: &Tensor<4>) -> f32 {
        let hidden = self.fc.forward(x);
        hiden.sum() //~
    }
    fn misspelt_beside_an_operator(&self, x: &Tensor<4>) -> f32 {
        let loss = self.fc.forward(x).sum();
        los * 2.0 //~
    }
}

fn main() {}
