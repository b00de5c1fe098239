use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    scale: Vector<4>,
}

macro_rules! act {
    ($h:ident) => {
        $h = $h.tanh()
    };
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let mut h = self.fc.forward(x);
        act!(h); //~
        h.sum()
    }
}

fn main() {}
