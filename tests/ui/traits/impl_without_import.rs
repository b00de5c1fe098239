use tiedw::prelude::*;

mod cells {
    use tiedw::prelude::*;

    #[differentiable]
    pub trait Cell<const H: usize> {
        fn step(&self, x: &Tensor<H>) -> Tensor<H>;
    }
}

use cells::Cell;

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

#[differentiable(trait)]
impl Cell<3> for Net {
    fn step(&self, x: &Tensor<3>) -> Tensor<3> {
        self.fc.forward(x)
    }
}

fn main() {}
