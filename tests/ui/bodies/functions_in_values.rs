//! Fields of values that are functions or other objects.

use std::any::Any;

use tiedw::prelude::*;

#[derive(Value)]
struct Boxed {
    h: Tensor<4>,
    activation: Box<dyn Fn(f32) -> f32>, //~ ERROR
}

#[derive(Value, Clone)]
struct Pointer {
    h: Tensor<4>,
    activation: fn(f32) -> f32, //~ ERROR
}

#[derive(Value)]
struct Listed {
    h: Tensor<4>,
    activations: Vec<Box<dyn FnMut(f32) -> f32>>, //~ ERROR
}

#[derive(Value)]
enum Message {
    Tensor(Tensor<4>),
    Other(Box<dyn Any>), //~ ERROR
}

#[derive(Value)]
struct Marked {
    h: Tensor<4>,
    #[constant]
    activation: Box<dyn Fn(f32) -> f32>,
}

fn main() {}
