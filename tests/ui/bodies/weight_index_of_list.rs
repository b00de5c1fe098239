use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    scales: [Vector<4>; 2],
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4>, i: usize) -> f32 {
        let gain = self.scales[i][0]; //~
        let sum = (x * self.scales[0][1]).sum(); //~
        self.fc.forward(x).sum() * gain + sum
    }
}

fn main() {}
