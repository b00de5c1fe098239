use tiedw::prelude::*;

#[differentiable]
trait Block {
    type State: Value;

    fn start(&self, x: &Tensor<4>) -> Self::State;
    fn apply(&self, x: &Tensor<4>, state: &Self::State) -> Tensor<4>;
}

#[derive(Module)]
struct Net<B> {
    block: B,
    fc: Linear<4, 3>,
}

#[differentiable]
impl<B: Block<Elem = f32>> Net<B> {
    fn misspelt(&self, x: &Tensor<4>) -> f32 {
        self.block.aply(x, &self.block.start(x)).sum() //~
    }

    fn misspelt_function(&self, x: &Tensor<4>) -> f32 {
        self.block.apply(x, &self.block.start(x)).summ() //~
    }

    fn wrong_width(&self, x: &Tensor<4>) -> f32 {
        let h = self.fc.forward(x);
        self.block.apply(&h, &self.block.start(x)).sum() //~
    }
}

#[differentiable]
impl<B: Module<Elem = f32>> Net<B> {
    fn forgotten_bound(&self, x: &Tensor<4>) -> f32 {
        self.block.forward(x).sum() //~
    }
}

fn main() {}
