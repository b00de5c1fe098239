use tiedw::prelude::*;
#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
    head: Linear<3, 3>,
}
#[differentiable]
impl Net {
    fn a(&self, x: &Tensor<3>) -> f32 {
        let Net { fc, hed } = self; //~ ERROR
        fc.forward(x).sum()
    }
    fn b(&self, x: &Tensor<3>) -> f32 {
        let Net { fc } = self; //~ ERROR
        fc.forward(x).sum()
    }
    fn c(&self, x: &Tensor<3>) -> f32 {
        self.hed.forward(x).sum() //~ ERROR
    }
}
fn main() {}
