use tiedw::prelude::*;

#[derive(Clone, Modul)] //~
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum()
    }
}

#[differentiable]
impl Nett { //~
    fn other(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum()
    }
}

fn main() {}
