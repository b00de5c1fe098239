//! Layers and parameters where a `bool` or an `Option` is wanted.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    tail: Option<Linear<4, 4>>,
    #[module(init = ones)]
    gain: Vector<4>,
}

#[differentiable]
impl Net {
    fn of_an_option(&self, x: &Tensor<4>) -> f32 {
        if self.tail { x.sum() } else { 0.0 } //~
    }

    fn negated(&self, x: &Tensor<4>, deep: bool) -> f32 {
        if deep && !self.tail { x.sum() } else { 0.0 } //~
    }

    fn of_a_layer(&self, x: &Tensor<4>) -> f32 {
        while self.fc {} //~
        x.sum()
    }

    fn of_a_parameter(&self, x: &Tensor<4>) -> f32 {
        if self.gain { x.sum() } else { 0.0 } //~
    }

    fn taken_for_an_option(&self, x: &Tensor<4>) -> f32 {
        if let Some(layer) = &self.fc { layer.forward(x).sum() } else { 0.0 } //~
    }

    fn matched(&self, x: &Tensor<4>) -> f32 {
        match &self.fc {
            Some(layer) => layer.forward(x).sum(), //~
            None => 0.0,
        }
    }
}

fn main() {}
