//! Patterns and types of modules in bodies that are not those of the module.
use tiedw::prelude::*;

#[derive(Module)]
struct Pair {
    first: Linear<4, 4>,
    second: Linear<4, 4>,
    #[module(skip)]
    steps: Vec<usize>,
}

#[derive(Module)]
struct Other {
    first: Linear<4, 4>,
}

#[derive(Module)]
struct Net {
    pair: Pair,
    last: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn another_name(&self, x: &Tensor<4>) -> f32 {
        let Other { first, .. } = &self.pair; //~
        first.forward(x).sum()
    }

    fn no_such_name(&self, x: &Tensor<4>) -> f32 {
        let Pairs { first, .. } = &self.pair; //~
        first.forward(x).sum()
    }

    fn another_type(&self, x: &Tensor<4>) -> f32 {
        let pair: &Other = &self.pair; //~
        pair.first.forward(x).sum()
    }

    fn no_such_type(&self, x: &Tensor<4>) -> f32 {
        let pair: &Pairs = &self.pair; //~
        pair.first.forward(x).sum()
    }

    fn another_type_in_a_closure(&self, x: &Tensor<4>) -> f32 {
        let run = |pair: &Other| pair.first.forward(x).sum();
        run(&self.pair) //~
    }
}

fn main() {}
