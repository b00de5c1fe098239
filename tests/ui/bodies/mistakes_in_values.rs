use tiedw::prelude::*;

#[derive(Value, Clone)]
struct State {
    h: Tensor<4>,
}

#[differentiable(value)]
impl State {
    fn misspelt_field(&self) -> f32 {
        self.hh.sum() //~
    }

    fn misspelt_method(&self) -> f32 {
        self.h.summ() //~
    }
}

#[derive(Value, Clone)]
struct Pair<T> {
    left: T,
    right: T,
}

#[differentiable(value)]
impl<T: Value + Clone> Pair<T> {
    fn first(&self) -> T {
        self.lft.clone() //~
    }
}

fn main() {}
