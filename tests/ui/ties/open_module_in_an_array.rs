use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

#[derive(Module)]
struct Block {
    #[tie]
    embed: Tied<Linear<10, 10>>,
    fc: Linear<10, 10>,
}

#[differentiable]
impl Block {
    fn forward(&self, x: &Tensor<10>) -> Tensor<10> {
        self.fc.forward(&self.embed.forward(x))
    }
}

#[derive(Module)]
struct Net {
    embed: Linear<10, 10>,
    blocks: [Block; 3],
}

#[differentiable]
impl Net {
    fn forward(&self, x: &Tensor<10>) -> Tensor<10> {
        let mut h = self.embed.forward(x);
        for block in self.blocks.iter() {
            h = block.forward(&h);
        }
        h
    }
}

fn main() {
    let net = Net::init(&mut StdRng::seed_from_u64(0));
    net.forward(&Tensor::zeros([1]));
}
