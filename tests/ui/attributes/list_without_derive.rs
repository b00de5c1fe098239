use tiedw::prelude::*;

struct Block {
    fc: Linear<4, 4>,
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    blocks: Vec<Block>,
}

fn main() {
    Block { fc: Linear { weight: Matrix::zeros(), bias: Vector::zeros() } };
}
