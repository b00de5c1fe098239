//! A reference too many in what `stop_gradient` returns.

use tiedw::prelude::*;

fn rows(x: &Tensor<4>) -> usize {
    x.rows()
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn of_function(&self, x: &Tensor<4>) -> f32 {
        let h = self.fc.forward(x);
        let n = rows(&stop_gradient(&h)); //~ `&&`
        h.sum() / n as f32
    }
    fn in_kept_code(&self, x: &Tensor<4>) -> f32 {
        let h = self.fc.forward(x);
        let n = if x.rows() > 1 { rows(&stop_gradient(&h)) } else { 1 }; //~ `&&`
        h.sum() / n as f32
    }
}

fn main() {}
