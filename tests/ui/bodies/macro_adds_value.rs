use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    scale: Vector<4>,
}

macro_rules! add {
    ($sum:ident, $more:expr) => {
        $sum += $more
    };
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let h = self.fc.forward(x).sum();
        let mut sum = 0.0_f32;
        add!(sum, h); //~
        sum
    }
}

fn main() {}
