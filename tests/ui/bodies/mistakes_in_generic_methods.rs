//! Mistakes in methods with type parameters and lifetimes of their own.

use std::collections::HashMap;

use rand::Rng;
use tiedw::prelude::*;

trait Schedule {
    fn rate(&self, step: usize) -> f32;
}

struct Constant(f32);

impl Schedule for Constant {
    fn rate(&self, _: usize) -> f32 {
        self.0
    }
}

#[derive(Module)]
struct Net<const D: usize> {
    a: Linear<4, 4>,
    b: Linear<3, 4>,
    sized: Linear<D, 4>,
    drop: Dropout,
}

#[differentiable]
impl<const D: usize> Net<D> {
    fn random<R: Randomness>(&self, x: &Tensor<4>, rng: &mut R) -> Tensor<4> {
        let x = self.b.forward(x); //~ wrong size
        x + self.drop.forward(&self.a.forward(&x), rng)
    }
    fn of_rng(&self, x: &Tensor<4>, rng: &mut impl Rng) -> Tensor<4> {
        let h = self.drop.forward(&self.a.forward(x), rng);
        h.rellu() //~ unknown method
    }
    fn unsized_rng<R>(&self, x: &Tensor<4>, rng: &mut R) -> Tensor<4>
    where
        R: Rng + ?Sized,
    {
        self.drop.forward(&self.a.forward(x), rgn) //~ unknown variable
    }
    fn lifetime<'a>(&self, x: &'a Tensor<4>, mask: &'a Tensor<4>) -> Tensor<4> {
        self.a.forward(x, mask) //~ too many arguments
    }
    fn text<S: AsRef<str>>(&self, x: &Tensor<4>, #[constant] name: S) -> Tensor<4> {
        let y: Tensor<4> = self.a.forward(x);
        if name.as_ref().is_empty() { y } else { self.b } //~ a layer
    }
    fn of_items<I: IntoIterator<Item = usize>>(&self, x: &Tensor<4>, #[constant] steps: I) -> Tensor<4> {
        let mut h = x.clone();
        for _ in steps {
            h = self.a.forward(h); //~ no reference
        }
        h
    }
    fn scheduled<S: Schedule>(&self, x: &Tensor<4>, #[constant] schedule: &S) -> Tensor<4> {
        self.a.forward(x) * schedule.rate(0).to_string() //~ text
    }
    fn table<S: std::hash::BuildHasher>(&self, x: &Tensor<4>, #[constant] known: &HashMap<u32, f32, S>) -> f32 {
        self.a.forward(x).sum() + known[&3].missing() //~ unknown method
    }
    fn layer<L: Layer<Input = Tensor<D>, Output = Tensor<4>>>(&self, x: &Tensor<D>, #[constant] _l: &L) -> f32 {
        self.sized.forward(x).sum(1) //~ an argument too many
    }
}

#[differentiable]
fn free<R: Rng>(x: &Tensor<4>, rng: &mut R) -> f32 {
    let keep = rng.next_u32() > 3;
    if keep { x.mean() } else { x } //~ a tensor
}

#[derive(Value, Clone)]
struct Pair<'a> {
    left: &'a Tensor<4>,
    right: Tensor<4>,
}

#[differentiable(value)]
impl<'a> Pair<'a> {
    fn sum<R: Rng>(&self, rng: &mut R) -> f32 {
        let one = self.left.sum();
        one + self.rigth.sum() * rng.next_u32() as f32 //~ unknown field
    }
}

fn main() {}
