use tiedw::prelude::*;

#[derive(Module)]
struct Block {
    fc: Linear<3, 3>,
}

#[differentiable]
impl Block {
    fn run(&self, x: &Tensor<3>) -> f32 {
        self.fc.forward(x).sum()
    }
}

#[derive(Module)]
struct Net {
    blocks: [Block; 3],
    v: Vector<3>,
    u: Vector<3>,
}

#[differentiable]
impl Net {
    fn best(&self, x: &Tensor<3>) -> f32 {
        let mut best = (&self.blocks[0], f32::MIN);
        for block in &self.blocks {
            let score = block.run(x);
            if score > best.1 {
                best = (block, score); //~
            }
        }
        best.0.run(x)
    }

    fn chosen(&self, deep: bool) -> f32 {
        let mut parameter = (&self.v, 1.0);
        if deep {
            parameter = (&self.u, 2.0); //~
        }
        parameter.0.sum() * parameter.1
    }
}

fn main() {}
