use tiedw::prelude::*;

#[derive(Module)]
struct Block {
    fc: Linear<4, 4>,
    #[module(skip)]
    kind: usize,
}

#[derive(Module)]
struct Net {
    layers: [Linear<4, 4>; 3],
    #[module(init = |_| Vec::new())]
    blocks: Vec<Block>,
    #[module(init = ones)]
    gains: [Vector<4>; 2],
}

#[differentiable]
impl Net {
    fn found(&self, x: &Tensor<4>) -> Tensor<4> {
        self.layers.iter().rev().find(|layer| layer.weight[(0, 0)] > 0.0).unwrap().forward(x) //~
    }

    fn largest(&self, x: &Tensor<4>) -> Tensor<4> {
        let block = self.blocks.iter().filter(|block| block.kind > 0).max_by_key(|block| block.kind).unwrap(); //~
        block.fc.forward(x)
    }

    fn numbered(&self, x: &Tensor<4>) -> Tensor<4> {
        let (i, block) = self.blocks.iter().enumerate().max_by_key(|(_, block)| block.kind).unwrap(); //~
        block.fc.forward(x) * i as f32
    }

    fn index(&self, x: &Tensor<4>) -> Tensor<4> {
        let largest = self.layers.iter().enumerate().max_by(|a, b| a.1.bias[0].total_cmp(&b.1.bias[0])); //~
        self.layers[largest.unwrap().0].forward(x)
    }

    fn last(&self, x: &Tensor<4>) -> Tensor<4> {
        self.layers.iter().last().unwrap().forward(x) //~
    }

    fn second(&self, x: &Tensor<4>) -> Tensor<4> {
        self.layers.iter().skip(1).next().unwrap().forward(x) //~
    }

    fn parted(&self, x: &Tensor<4>) -> Tensor<4> {
        let (one, _): (Vec<_>, Vec<_>) = self.blocks.iter().partition(|block| block.kind == 1); //~
        one[0].fc.forward(x)
    }

    fn of_parameters(&self, x: &Tensor<4>) -> Tensor<4> {
        x * self.gains.iter().find(|gain| gain[0] > 0.0).unwrap()
    }

    fn by_index(&self, x: &Tensor<4>) -> Tensor<4> {
        let i = self.layers.iter().position(|layer| layer.weight[(0, 0)] > 0.0).unwrap();
        let j = (0..self.blocks.len()).max_by_key(|&i| self.blocks[i].kind).unwrap();
        self.blocks[j].fc.forward(&self.layers[i].forward(x))
    }
}

fn main() {}
