use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn power(&self, x: &Tensor<4>) -> Tensor<4> {
        let h = self.fc.forward(x);
        h ^ 2 //~
    }
    fn rest(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x) % 2.0 //~
    }
    fn rest_of_a_number(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum() % 2.0 //~
    }
    fn shifted(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x) << 2 //~
    }
    fn of_data(&self, x: &Tensor<4>) -> f32 {
        let k = 3 ^ (x.rows() % 2);
        self.fc.forward(x).sum() * k as f32
    }
}

#[differentiable]
fn power(x: &Tensor<4>) -> Tensor<4> {
    (x + 1.0) ^ 2 //~
}

fn main() {}
