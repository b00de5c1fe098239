// A body takes `&self`. What would change the module is an error at the place.

use tiedw::prelude::*;

#[derive(Module, Clone)]
struct Net {
    fc: Linear<3, 3>,
    scale: Vector<3>,
    #[module(skip)]
    count: usize,
}

#[differentiable]
impl Net {
    fn element(&self, x: &Tensor<3>) -> f32 {
        self.scale[0] = 1.0; //~
        x.mean()
    }

    fn field(&self, x: &Tensor<3>) -> f32 {
        self.count += 1; //~
        x.mean()
    }

    fn reference(&self, x: &Tensor<3>) -> f32 {
        let scale = &mut self.scale; //~
        (x * scale).mean()
    }

    fn moved_in_a_loop(&self, x: &Tensor<3>) -> f32 {
        let list = vec![x.clone()];
        let mut total = 0.0;
        for _ in 0..2 {
            let moved = list; //~
            total += moved[0].mean();
        }
        total
    }
}

fn main() {}
