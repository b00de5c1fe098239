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
struct Net<const H: usize, C> {
    cell: C,
}

#[differentiable]
impl<const H: usize, C: Cell<H>> Net<H, C> {
    fn loss(&self, x: &Tensor<H>) -> f32 {
        self.cell.step(x).sum()
    }
}

fn main() {}
