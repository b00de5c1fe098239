use tiedw::prelude::*;
#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}
#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        self.fc.forward(x).map(f32::exp).sum() //~ ERROR
    }
    fn loss2(&self, x: &Tensor<3>) -> f32 {
        x.map(f32::exp).sum() //~ ERROR
    }
    fn loss3(&self, x: &Tensor<3>) -> Tensor<3> {
        x.map(f32::exp) //~ ERROR
    }
}
fn main() {}
