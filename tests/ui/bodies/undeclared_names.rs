use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

#[derive(Value, Clone)]
struct Batch<'b> {
    x: &'b Tensor<3>,
    classes: &'b [usize],
}

#[differentiable]
fn lifetime<'a>(x: &'a Tensor<3>, y: &'b Tensor<3>) -> f32 { //~
    (x + y).sum()
}

#[differentiable]
fn of_a_value(batch: &Batch<'c>) -> f32 { //~
    batch.x.sum()
}

#[differentiable]
fn size(xs: &[Tensor<D>]) -> Vec<Tensor<D>> { //~
    vec![xs[0].tanh()]
}

#[differentiable]
impl Net {
    fn lifetime(&self, x: &'a Tensor<3>) -> f32 { //~
        self.fc.forward(x).sum()
    }
    fn size(&self, x: &Tensor<N>) -> f32 { //~
        x.sum()
    }
}

#[differentiable]
trait Encoder {
    fn encode(&self, x: &Tensor<N>, state: &'s Tensor<3>) -> f32; //~ //~
}

#[differentiable(value)]
impl Batch { //~
    fn size(&self, x: &Tensor<D>) -> f32 { //~
        x.sum() + self.x.sum()
    }
}

#[differentiable(value)]
impl Batch<'v> { //~
    fn total(&self) -> f32 {
        self.x.sum()
    }
}

fn main() {}
