use tiedw::prelude::*;

#[derive(Module)]
struct Net<E: Element> {
    fc: Linear<4, 4, Own, Own, E>,
    #[module(init = ones)]
    gain: Vector<4, E>,
    blocks: [Linear<4, 4, Own, Own, E>; 2],
}

#[differentiable]
impl<E: Element> Net<E> {
    fn product(&self, x: &Tensor<4, E>, w: &Matrix<4, 3, E>) -> E { //~
        x.matmul(w).sum()
    }

    fn of_list(&self, x: &Tensor<4, E>, w: Vec<&Vector<4, E>>) -> Tensor<4, E> { //~
        x * w[0]
    }

    fn caller(&self, x: &Tensor<4, E>) -> Tensor<4, E> {
        self.of_list(x, vec![&self.gain])
    }

    fn list(&self, x: &Tensor<4, E>, blocks: &[Linear<4, 4, Own, Own, E>]) -> Tensor<4, E> {
        blocks[0].forward(x)
    }

    fn caller_of_list(&self, x: &Tensor<4, E>) -> E {
        self.list(x, &self.blocks).sum() + self.gain.sum()
    }

    fn constant(&self, x: &Tensor<4, E>, #[constant] w: &Vector<4, E>) -> E {
        x.sum() * w.as_slice()[0]
    }
}

#[differentiable]
fn penalty(w: &Vector<4>) -> f32 { //~
    w.sum()
}

#[differentiable]
trait Scaled {
    fn scaled(&self, x: &Tensor<4>, by: &Vector<4>) -> Tensor<4>; //~
}

#[derive(Module)]
struct Block {
    #[module(init = ones)]
    gain: Vector<4>,
}

#[differentiable]
impl Scaled for Block {
    fn scaled(&self, x: &Tensor<4>, by: &Vector<4>) -> Tensor<4> {
        x * by * &self.gain
    }
}

#[differentiable]
impl Block {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        penalty(&self.gain) + x.sum()
    }
}

fn main() {}
