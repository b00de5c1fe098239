use tiedw::prelude::*;

trait Scorer {
    fn score(&self, x: &Tensor<3>) -> Tensor<1>;
}

#[derive(Module)]
struct Net {
    fc: Linear<3, 1>,
}

#[differentiable(trait)]
impl Scorer for Net { //~
    fn score(&self, x: &Tensor<3>) -> Tensor<1> {
        self.fc.forward(x)
    }
}

#[differentiable(trait)]
impl Layer for Net { //~
    type Input = Tensor<3>;
    type Output = Tensor<1>;

    fn forward(&self, x: &Tensor<3>) -> Tensor<1> {
        self.fc.forward(x)
    }
}

#[derive(Value)]
struct State {
    h: Tensor<4>,
}

#[differentiable]
impl State { //~
    fn total(&self) -> f32 {
        self.h.sum()
    }
}

#[differentiable(value)]
impl Net { //~
    fn loss(&self, x: &Tensor<3>) -> f32 {
        self.score(x).sum()
    }
}

fn main() {}
