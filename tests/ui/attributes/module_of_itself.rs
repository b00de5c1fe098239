use tiedw::prelude::*;

#[derive(Module)]
struct Tree {
    fc: Linear<4, 4>,
    children: Option<Box<Tree>>,
}

#[differentiable]
impl Tree {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum()
    }
}

fn main() {}
