use tiedw::prelude::*;

#[derive(Module)]
struct Net<L> {
    fc: L,
}

#[differentiable]
impl Net { //~
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum()
    }
}

#[derive(Module)]
struct Square<const D: usize> {
    fc: Linear<D, D>,
}

#[differentiable]
impl Square<D> { //~
    fn loss(&self, x: &Tensor<D>) -> f32 {
        self.fc.forward(x).sum()
    }
}

#[derive(Module)]
struct Scaled<const D: usize, E: Element> {
    scale: Vector<D, E>,
}

#[differentiable]
impl<E: Element> Scaled<D, E> { //~
    fn loss(&self, x: &Tensor<D, E>) -> E {
        (x * &self.scale).sum()
    }
}

#[derive(Module)]
struct Pair<L: Layer<Input = Tensor<4>, Output = Tensor<4>>> {
    first: L,
    second: L,
}

#[differentiable]
impl Layer for Pair { //~
    type Input = Tensor<4>;
    type Output = Tensor<4>;

    fn forward(&self, x: &Tensor<4>) -> Tensor<4> {
        self.second.forward(&self.first.forward(x))
    }
}

fn main() {
    let square = Square { fc: Linear::new(4, 4, &mut rand::rng()) };
    square.loss_and_grad(&Tensor::<4>::zeros([1]));
}
