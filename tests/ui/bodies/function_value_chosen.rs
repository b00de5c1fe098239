use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        let act = if x.rows() > 1 { Tensor::tanh } else { Tensor::relu };
        act(&self.fc.forward(x)).sum()
    }
}

fn main() {}
