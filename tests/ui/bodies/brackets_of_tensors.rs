use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn row(&self, x: &Tensor<4>) -> Tensor<4> {
        let h = self.fc.forward(x);
        h[0] //~
    }
    fn rows(&self, x: &Tensor<4>) -> Tensor<4> {
        let h = self.fc.forward(x);
        h[..2].relu() //~
    }
    fn place(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x)[(0, 1)] //~
    }
    fn place_of_lists(&self, x: &Tensor<4>) -> f32 {
        let h = self.fc.forward(x);
        h[0][1] //~
    }
    fn assigned(&self, x: &Tensor<4>) -> Tensor<4> {
        let mut h = self.fc.forward(x);
        h[0] = 1.0; //~
        h
    }
}

fn outside(x: &Tensor<4>) -> f32 {
    x[1] //~
}

fn main() {}
