use tiedw::prelude::*;

#[derive(Module)]
struct Block<const N: usize> {
    #[module(init = ones)]
    shift: Vector<N>,
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    block: Block<4>,
    #[module(init = ones)]
    gain: Vector<4>,
    #[module(init = ones)]
    gains: [Vector<4>; 2],
}

#[differentiable]
impl Net {
    fn scaled(&self, x: &Tensor<4>) -> Tensor<4> {
        x * self.gain //~
    }

    fn left(&self, x: &Tensor<4>) -> Tensor<4> {
        self.gains[1] * x //~
    }

    fn of_parts(&self, x: &Tensor<4>) -> Tensor<4> {
        x + self.block.shift //~
            - self.fc.bias //~
    }

    fn right(&self, x: &Tensor<4>) -> Tensor<4> {
        x * &self.gain + &self.block.shift
    }
}

#[derive(Module)]
struct Generic<E: Element> {
    #[module(init = ones)]
    gain: Vector<4, E>,
}

#[differentiable]
impl<E: Element> Generic<E> {
    fn scaled(&self, x: &Tensor<4, E>) -> Tensor<4, E> {
        x * self.gain //~
    }
}

fn main() {}
