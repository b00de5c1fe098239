use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Layer for Net {
    type Input = Tensor<4>;
    type Output = Tensor<4>;

    fn forward(&self, x: &Tensor<4>, steps: usize) -> Tensor<4> { //~
        self.fc.forward(x) * steps as f32
    }
}

fn main() {}
