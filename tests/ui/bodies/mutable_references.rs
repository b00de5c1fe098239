use tiedw::prelude::*;

#[derive(Value, Clone)]
struct State {
    h: Tensor<3>,
    e: f32,
}

#[derive(Module)]
struct Part {
    fc: Linear<3, 3>,
}

#[differentiable]
impl Part {
    fn scaled(&self, x: &Tensor<3>, by: f32) -> f32 {
        self.fc.forward(x).sum() * by
    }
}

#[derive(Module)]
struct Net {
    part: Part,
}

#[differentiable]
fn twice(x: f32) -> f32 {
    x * 2.0
}

#[differentiable]
fn energy(s: State) -> f32 {
    s.h.sum() * s.e
}

#[differentiable]
fn step(s: &mut State) {
    s.e *= 2.0;
}

#[differentiable]
impl Net {
    fn own(&self, x: f32) -> f32 {
        x * 2.0
    }
    fn number(&self, x: &Tensor<3>) -> f32 {
        let mut y = x.sum();
        twice(&mut y) //~
    }
    fn value(&self, x: &Tensor<3>) -> f32 {
        let mut s = State { h: x.clone(), e: 1.0 };
        energy(&mut s) //~
    }
    fn of_own_method(&self, x: &Tensor<3>) -> f32 {
        let mut y = x.sum();
        self.own(&mut y) //~
    }
    fn of_a_part(&self, x: &Tensor<3>) -> f32 {
        let mut y = x.sum();
        self.part.scaled(x, &mut y) //~
    }
    fn shared(&self, x: &Tensor<3>) -> f32 {
        let s = State { h: x.clone(), e: 1.0 };
        step(&s); //~
        s.e
    }
    fn not_mutable(&self, x: &Tensor<3>) -> f32 {
        let s = State { h: x.clone(), e: 1.0 };
        step(&mut s); //~
        s.e
    }
    fn shared_argument(&self, s: &State) -> f32 {
        step(s); //~
        s.e
    }
}

fn main() {}
