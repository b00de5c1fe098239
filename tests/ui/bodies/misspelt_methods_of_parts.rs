use tiedw::prelude::*;

#[derive(Module)]
struct Block {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Block {
    fn run(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forwrad(x) //~
    }
}

#[derive(Module)]
struct Net {
    blocks: Vec<Block>,
    tail: Lstm<4, 4>,
    scale: Vector<4>,
}

#[differentiable]
impl Net {
    fn hidden(&self, x: &Tensor<4>) -> Tensor<4> {
        self.blocks[0].rnu(x) //~
    }

    fn tail(&self, x: &Tensor<4>) -> f32 {
        self.tail.foward(x).sum() //~
    }

    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.hiden(x).sum() //~
            + self.scale.smu() //~
    }

    fn lists(&self) -> usize {
        self.blocks.iter().len() + self.blocks.len() + self.blocks.first().into_iter().count()
    }
}

fn main() {}
