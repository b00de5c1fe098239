use tiedw::prelude::*;

#[differentiable]
trait Cell<const H: usize> {
    type State: tiedw::Value;
    fn start(&self) -> Self::State;
    fn step(&self, x: &Tensor<H>) -> Tensor<H>;
}

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

#[differentiable(trait)]
impl Cell<3> for Net {
    type State = f32;
    fn start(&self) -> f32 {
        1.0
    }
}

fn main() {}
