use tiedw::prelude::*;

#[differentiable]
fn square(x: &Tensor<4>) -> f32 {
    (x * x).sum()
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    #[module(init = ones)]
    center: Vector<4>,
}

#[differentiable]
impl Net {
    fn half(&self, x: &Tensor<4>) -> Tensor<4> {
        x * 0.5
    }

    fn loss(&self, x: &Tensor<4>) -> f32 {
        mse_loss(x, self.center) //~
    }

    fn uncalled(&self, x: &Tensor<4>) -> f32 {
        mse_loss(x, &self.fc) //~
    }

    fn of_function(&self) -> f32 {
        square(self.center) //~
    }

    fn of_method(&self) -> Tensor<4> {
        self.half(self.center) //~
    }

    fn of_layer(&self) -> Tensor<4> {
        self.fc.forward(self.center) //~
    }

    fn of_operation(&self, x: &Tensor<4>) -> Tensor<4> {
        x.matmul(self.fc.weight) //~
    }
}

fn main() {}
