use tiedw::prelude::*;

#[derive(Module)]
struct Net<const I: usize, const O: usize> {
    fc: Linear<I, O>,
}

#[derive(Module)]
struct Small {
    fc: Linear<3, 3>,
}

#[derive(Module)]
struct Wrapper<L> {
    layer: L,
}

#[differentiable]
impl<const I: usize> Net<I> { //~
    fn forward(&self, x: &Tensor<I>) -> Tensor<3> {
        self.fc.forward(x)
    }
}

#[differentiable]
impl<const I: usize> Net<I, 3, 5> { //~
    fn loss(&self, x: &Tensor<I>) -> f32 {
        self.fc.forward(x).sum()
    }
}

#[differentiable]
impl Small<3> { //~
    fn loss(&self, x: &Tensor<3>) -> f32 {
        self.fc.forward(x).sum()
    }
}

#[differentiable]
impl<L: Layer<Input = Tensor<3>, Output = Tensor<3>>> Wrapper { //~
    fn loss(&self, x: &Tensor<3>) -> f32 {
        self.layer.forward(x).sum()
    }
}

#[differentiable]
trait Encoder {
    fn encode(&self, x: &Tensor<3>) -> Tensor<3>;
}

#[differentiable(trait)]
impl<const I: usize, const O: usize> Encoder for Net { //~
    fn encode(&self, x: &Tensor<3>) -> Tensor<3> {
        x.clone()
    }
}

fn main() {}
