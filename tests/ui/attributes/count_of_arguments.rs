use tiedw::prelude::*;

#[derive(Module)]
struct Block<const D: usize> {
    fc: Linear<D>, //~
    out: Linear<D, 4>,
}

#[differentiable]
impl<const D: usize> Block<D> {
    fn apply(&self, x: &Tensor<D>) -> Tensor<4> {
        self.out.forward(x)
    }
}

#[derive(Module)]
struct Net {
    conv: Conv2d<4, 4, 3, 3, DYN, DYN, 9>, //~
    blocks: Vec<Block<4, 4>>, //~
    two: (Linear<4, 4, Own, NoBias, 3>, Linear<4, 4>), //~
    out: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.blocks.iter().map(|block| block.apply(x).sum()).sum::<f32>() + self.two.0.forward(x).sum()
    }
}

#[derive(Module)]
#[module(sequential)]
struct Stack {
    first: Linear, //~
    act: Relu<4>,
    second: Linear<4, 4>,
}

fn main() {}
