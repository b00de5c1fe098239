//! Bounds that a type or a tensor requires, and that an impl block or a function has not.

use std::marker::PhantomData;

use tiedw::prelude::*;

#[differentiable]
trait Stage {
    fn apply(&self, x: &Tensor<4>) -> Tensor<4>;
}

#[derive(Module)]
struct Twice<L: Layer<Input = Tensor<4>, Output = Tensor<4>>> {
    layer: L,
}

#[differentiable]
impl<L> Twice<L> { //~
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.layer.forward(&self.layer.forward(x)).sum()
    }
}

#[derive(Module)]
struct Residual<const N: usize, L> {
    layers: Vec<L>,
    last: Linear<N, N>,
}

#[differentiable]
impl<const N: usize, M> Layer for Residual<N, M> { //~
    type Input = Tensor<N>;
    type Output = Tensor<N>;

    fn forward(&self, x: &Self::Input) -> Self::Output {
        let mut h = x.clone();
        for layer in &self.layers {
            h = &h + layer.forward(&h);
        }
        self.last.forward(&h)
    }
}

#[derive(Module)]
struct Staged<S>
where
    S: Stage + Clone,
{
    stage: S,
}

#[differentiable(trait)]
impl<S: Clone> Stage for Staged<S> { //~
    fn apply(&self, x: &Tensor<4>) -> Tensor<4> {
        self.stage.apply(x)
    }
}

#[derive(Module)]
struct Scale<E: Element> {
    scale: Vector<4, E>,
}

#[differentiable]
impl<E> Scale<E> { //~
    fn loss(&self, x: &Tensor<4, E>) -> E {
        (x * &self.scale).sum()
    }
}

#[derive(Value, Clone)]
struct State<E: Element> {
    h: Tensor<4, E>,
}

#[differentiable(value)]
impl<E> State<E> { //~
    fn total(&self) -> E {
        self.h.sum()
    }
}

#[derive(Module)]
struct Shift<E> {
    shift: Vector<4, E>, //~
}

#[derive(Value)]
enum Step<E> {
    Taken(Tensor<4, E>), //~
    Left,
}

#[differentiable]
trait Cell<E> {
    fn step(&self, x: &Tensor<4, E>) -> Tensor<4, E>; //~
}

#[differentiable]
fn energy<const N: usize, E: Copy>(x: &Tensor<N, E>) -> E { //~
    (x * x).sum()
}

#[derive(Module)]
struct Tagged<T> {
    scale: Vector<4>,
    #[module(skip)]
    tag: PhantomData<T>,
}

/// It needs no bound.
#[differentiable]
impl<T> Tagged<T> {
    fn loss<E>(&self, x: &Tensor<4, E>, y: &Tensor<4>) -> f32 { //~
        (y * &self.scale).sum()
    }
}

fn main() {
    energy_vjp(&Tensor::<4>::zeros([1]));
}
