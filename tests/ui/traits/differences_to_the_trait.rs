//! Impls that are not as the definition of their trait.

use tiedw::prelude::*;

#[differentiable]
trait Cell<const H: usize> {
    type State: tiedw::Value;
    fn start(&self) -> Self::State;
    fn step(&self, x: &Tensor<H>, state: &Self::State) -> Self::State;
    fn name(&self) -> &str {
        "cell"
    }
    fn reset(&mut self) {}
}

macro_rules! net {
    ($($name:ident)*) => { $(
        #[derive(Module)]
        struct $name {
            fc: Linear<4, 4>,
        }
    )* };
}

net!(Misspelt Unknown Missing OtherTypes OtherReceivers OtherNumber WithoutArguments TypeTwice);

#[differentiable(trait)]
impl Cell<4> for Misspelt {
    type Sate = Tensor<4>; //~

    fn start(&self) -> Self::State {
        Tensor::zeros([1])
    }
    fn stpe(&self, x: &Tensor<4>, state: &Self::State) -> Self::State { //~
        if x.rows() > 1 { x.clone() } else { self.stpe(state, x) }
    }
}

#[differentiable(trait)]
impl Cell<4> for Unknown {
    type State = Tensor<4>;
    type Scale = f32; //~

    fn start(&self) -> Self::State {
        Tensor::zeros([1])
    }
    fn step(&self, x: &Tensor<4>, _: &Self::State) -> Self::State {
        x.clone()
    }
    fn other(&self, x: &Tensor<4>) -> f32 { //~
        x.sum()
    }
}

#[differentiable(trait)]
impl Cell<4> for Missing { //~
    fn start(&self) -> Tensor<4> {
        Tensor::zeros([1])
    }
}

#[differentiable(trait)]
impl Cell<4> for OtherTypes {
    type State = Tensor<4>;

    fn start(&self) -> f32 { //~
        1.0
    }
    fn step(&self, x: &Tensor<3>, state: &Self::State) -> Self::State { //~
        state * x.mean()
    }
}

#[differentiable(trait)]
impl Cell<4> for OtherReceivers {
    type State = Tensor<4>;

    fn start() -> Self::State { //~
        Tensor::zeros([1])
    }
    fn step(&mut self, x: &Tensor<4>, _: &Self::State) -> Self::State { //~
        x.clone()
    }
}

#[differentiable(trait)]
impl Cell<4> for OtherNumber {
    type State = Tensor<4>;

    fn start(&self, rows: usize) -> Self::State { //~
        Tensor::zeros([rows])
    }
    fn step(&self, x: Tensor<4>, _: &Self::State) -> Self::State { //~
        x
    }
    fn rset(&mut self) {} //~
}

#[differentiable(trait)]
impl Cell for WithoutArguments { //~
    type State = Tensor<4>;
}

#[differentiable(trait)]
impl Cell<4> for TypeTwice {
    type State = Tensor<4>;
    type State = f32; //~

    fn start(&self) -> Tensor<4> {
        Tensor::zeros([1])
    }
    fn step(&self, x: &Tensor<4>, _: &Tensor<4>) -> Tensor<4> {
        x.clone()
    }
}

fn main() {
    let net = Misspelt { fc: Linear { weight: Matrix::zeros(), bias: Vector::zeros() } };
    net.step(&Tensor::zeros([1]), &net.start());
}
