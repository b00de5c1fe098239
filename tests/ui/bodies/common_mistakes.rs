use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    #[module(skip)]
    sizes: Vec<usize>,
}

#[differentiable]
impl Net {
    fn semicolon(&self, x: &Tensor<4>) -> f32 { //~
        self.fc.forward(x).sum();
    }
    fn returned(&self, x: &Tensor<4>, steps: usize) -> f32 {
        if steps == 0 {
            return 0; //~
        }
        self.fc.forward(x).sum()
    }
    fn lent(&self) -> &[usize] { //~
        &self.sizes
    }
}

fn main() {}
