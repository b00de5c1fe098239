use tiedw::prelude::*;

mod activations {
    use tiedw::prelude::*;

    pub fn smooth(x: &Tensor<4>) -> Tensor<4> {
        x.clone()
    }
}

fn smooth(x: &Tensor<4>) -> Tensor<4> {
    x.clone()
}

fn padded<const N: usize, T>(x: &Tensor<N>, _: T) -> Tensor<N> {
    x.clone()
}

struct Smooth;

impl Smooth {
    fn apply(x: &Tensor<4>) -> Tensor<4> {
        x.clone()
    }
}

#[differentiable]
fn apply(x: &Tensor<4>, activation: impl Fn(&Tensor<4>) -> Tensor<4>) -> Tensor<4> {
    activation(x)
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn layer(&self, x: &Tensor<4>, activation: impl Fn(&Tensor<4>) -> Tensor<4>) -> Tensor<4> {
        activation(&self.fc.forward(x))
    }
    fn called(&self, x: &Tensor<4>) -> f32 {
        let y = smooth(x); //~
        padded::<4, f32>(&y, 0.5).sum() //~
    }
    fn called_again(&self, x: &Tensor<4>) -> f32 {
        smooth(x).sum() //~
    }
    fn of_a_type(&self, x: &Tensor<4>) -> f32 {
        Smooth::apply(&self.fc.forward(x)).sum() //~
    }
    fn passed(&self, x: &Tensor<4>) -> f32 {
        let y = self.layer(x, smooth); //~
        let z = self.layer(&y, activations::smooth); //~
        apply(&z, smooth).sum() //~
    }
}

fn main() {}
