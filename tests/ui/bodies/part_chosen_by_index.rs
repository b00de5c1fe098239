use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    a: Linear<3, 3>,
    b: [Linear<3, 3>; 2],
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>, i: usize) -> f32 {
        let block = if x.rows() > 1 { &self.a } else { &self.b[i] };
        block.forward(x).sum()
    }
}

fn main() {}
