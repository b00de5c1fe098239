use std::collections::VecDeque;

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<2, 2>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<2>) -> f32 {
        let mut queue = VecDeque::new(); //~
        queue.push_back(self.fc.forward(x));
        queue[0].sum()
    }

    fn of_data(&self, x: &Tensor<2>) -> f32 {
        let mut queue = VecDeque::new();
        queue.push_back(x.rows());
        self.fc.forward(x).sum() * queue[0] as f32
    }
}

fn main() {}
