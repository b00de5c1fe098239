use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    log_scale: Vector<1>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        x.sum() * self.log_scale[0].exp() //~
    }
}

fn main() {}
