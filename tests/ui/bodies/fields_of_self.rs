use tiedw::prelude::*;

#[derive(Module)]
struct Block<const D: usize> {
    fc: Linear<D, D>,
}

#[derive(Module)]
struct Net {
    first: Block<4>,
    blocks: [Block<4>; 2],
    more: Vec<Block<4>>,
    #[module(skip)]
    depth: usize,
}

#[differentiable]
impl<const D: usize> Block<D> {
    fn of_a_generic_block(&self, x: &Tensor<D>) -> Tensor<D> {
        self.cf.forward(x) //~
    }
}

#[differentiable]
impl Net {
    fn of_self(&self, x: &Tensor<4>) -> Tensor<4> {
        self.frist.fc.forward(x) //~
    }
    fn of_a_field(&self, x: &Tensor<4>) -> Tensor<4> {
        self.first.fcc.forward(x) //~
    }
    fn of_an_element(&self, x: &Tensor<4>, i: usize) -> Tensor<4> {
        let h = self.blocks[i].fcc.forward(x); //~
        self.more[i].ff.forward(&h) //~
    }
    fn of_a_setting(&self, x: &Tensor<4>) -> Tensor<4> {
        if self.dpeth > 1 { self.first.fc.forward(x) } else { x.clone() } //~
    }
    fn in_a_closure(&self, x: &Tensor<4>) -> Tensor<4> {
        let f = |h: &Tensor<4>| self.block[0].fc.forward(h); //~
        f(x)
    }
    fn in_a_pattern(&self, x: &Tensor<4>) -> Tensor<4> {
        let Self { fisrt, .. } = self; //~
        fisrt.fc.forward(x)
    }
    fn new() -> Self {
        Self { first: todo!(), blocks: todo!(), more: Vec::new(), dept: 1 } //~
    }
    fn of_an_item(&self, x: &Tensor<4>) -> Tensor<4> {
        struct Other {
            size: usize,
        }
        impl Other {
            fn size(&self) -> usize {
                self.size
            }
        }
        x * Other { size: 2 }.size() as f32
    }
}

fn main() {}
