use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>, classes: &Tensor<1, i64>) -> f32 { //~
        cross_entropy_loss(&self.fc.forward(x), classes)
    }
}

#[differentiable]
fn mask(x: &Tensor<3>) -> Vec<Tensor<3, bool>> { //~
    vec![x.gt(0.0)]
}

#[differentiable]
trait Encoder {
    fn encode(&self, tokens: &Tensor<1, u32>) -> Tensor<3>; //~

    fn half(&self, x: &[Tensor<3, f16>]) -> f32 { //~
        x[0].sum()
    }
}

fn main() {}
