use tiedw::prelude::*;

#[derive(Value)]
struct Batch<'b> {
    x: &Tensor<3>, //~
    more: Vec<&Tensor<3>>, //~
    rest: &'b [Tensor<3>],
}

#[derive(Value)]
enum Pair {
    Of(&'a Tensor<3>, &'a Tensor<3>), //~ //~
}

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
    #[module(skip)]
    name: &str, //~
}

#[differentiable]
impl Net {
    fn loss(&self, batch: &Batch<'_>) -> f32 {
        self.fc.forward(batch.x).sum()
    }
}

fn main() {}
