use tiedw::prelude::*;

#[derive(Module)]
struct Encoder<C> {
    cell: C,
    #[tie]
    proj: Tied<Linear<3, 3>>,
}

#[derive(Module)]
struct Net<A> {
    shared: Linear<3, 3>,
    #[tie(proj = shared)]
    left: Encoder<A>, //~
}

#[differentiable]
impl<C: Layer<Input = Tensor<3>, Output = Tensor<3>, Elem = f32>> Encoder<C> {
    fn run(&self, x: &Tensor<3>) -> Tensor<3> {
        self.proj.forward(&self.cell.forward(x))
    }
}

#[differentiable]
impl<A: Layer<Input = Tensor<3>, Output = Tensor<3>, Elem = f32>> Net<A> {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        self.left.run(x).sum()
    }
}

fn main() {}
