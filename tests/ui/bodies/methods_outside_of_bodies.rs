use tiedw::prelude::*;

#[derive(Module, Clone)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn count(&self) -> usize {
        self.parameters().len() //~
    }

    fn count_of_part(&self) -> usize {
        self.fc.named_parameters().len() //~
    }

    fn cloned(&self, x: &Tensor<4>) -> Tensor<4> {
        let layer = self.fc.clone(); //~
        layer.forward(x)
    }

    fn detached(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(&x.detach()) //~
    }
}

#[differentiable]
fn sum(x: &Tensor<4>) -> f32 {
    x.detach().sum() //~
}

fn main() {}
