//! A module that is no field of another.

use tiedw::prelude::*;

#[derive(Module)]
struct Critic {
    fc: Linear<4, 1>,
}

#[differentiable]
impl Critic {
    fn forward(&self, x: &Tensor<4>) -> Tensor<1> {
        self.fc.forward(x)
    }
}

#[derive(Module)]
struct Generator {
    fc: Linear<2, 4>,
    #[module(skip)]
    teacher: Linear<2, 4>,
}

#[differentiable]
impl Generator {
    fn argument(&self, critic: &Critic, x: &Tensor<2>) -> f32 { //~ ERROR
        critic.forward(&self.fc.forward(x)).sum()
    }

    fn constant(&self, #[constant] critic: &Critic, x: &Tensor<2>) -> f32 {
        critic.forward(&self.fc.forward(x)).sum() //~ ERROR
    }

    fn setting(&self, x: &Tensor<2>) -> f32 {
        mse_loss(&self.fc.forward(x), &self.teacher.forward(x)) //~ ERROR
    }

    fn of_data(&self, x: &Tensor<2>) -> f32 {
        let y = self.fc.forward(x);
        mse_loss(&y, &self.teacher.forward(&stop_gradient(x.clone()))) + y.sum()
    }
}

fn main() {}
