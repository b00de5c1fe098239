//! Types of modules that a body names: a part of `self` has the type that the user declared.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;
type Dense = WithElem<Linear<4, 4>, f64>;

#[derive(Module, Clone)]
struct Block {
    fc: WithElem<Linear<4, 4>, f64>,
    gain: Vector<4, f64>,
}

#[differentiable]
impl Block {
    fn run(&self, x: &Numbers) -> Numbers {
        self.fc.forward(x) * &self.gain
    }
}

mod elsewhere {
    use tiedw::prelude::*;

    #[derive(Module, Clone)]
    pub(super) struct Cell {
        pub(super) gain: Vector<4, f64>,
    }
}

use elsewhere::Cell;

#[derive(Module, Clone)]
struct Net {
    cell: Cell,
    block: Block,
    blocks: Vec<Block>,
    layers: [WithElem<Linear<4, 4>, f64>; 2],
    #[tie(layers[0])]
    again: Tied<WithElem<Linear<4, 4>, f64>>,
    #[module(skip)]
    sizes: Vec<usize>,
    #[module(skip)]
    name: String,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Numbers) -> f64 {
        let net: &Net = self;
        let block: &Block = &self.block;
        let gain: &Vector<4, f64> = &block.gain;
        let again: &WithElem<Linear<4, 4>, f64> = &net.again;
        let dense: &Dense = &self.layers[1];
        let cell: &Cell = &self.cell;
        let _name: &str = &self.name;
        dense.forward(&again.forward(&(block.run(x) * gain * &cell.gain))).mean()
    }

    fn of_lists(&self, x: &Numbers) -> f64 {
        let this = &*self;
        let blocks: &Vec<Block> = &this.blocks;
        let sizes: &[usize] = &self.sizes;
        let mut h = (*self).layers[1].forward(x);
        for block in blocks {
            h = block.run(&h);
        }
        let sum: f64 = self.blocks.iter().map(|block: &Block| block.run(x).mean()).sum();
        let scaled = |block: &Block, x: &Numbers| block.fc.forward(x) * sizes.len() as f64;
        let folded = self.blocks.iter().fold(x.clone(), |h: Numbers, block: &Block| block.run(&h).tanh());
        (h + scaled(&self.blocks[0], x) + folded).mean() * sum
    }
}

#[test]
fn parts_with_their_types() {
    let rng = &mut rng(4);
    let mut block = || Block { fc: Init::init(rng), gain: [0.4, -1.2, 0.7, 0.9].into() };
    let net = Net {
        cell: Cell { gain: [0.2, 0.8, -0.6, 1.1].into() },
        block: block(),
        blocks: vec![block(), block()],
        layers: [block().fc, block().fc],
        again: Tied::new(),
        sizes: vec![3, 2],
        name: "net".to_owned(),
    };
    agree_all!(&net, (&uniform(3, 6)), loss loss_and_grad, of_lists of_lists_and_grad);
}
