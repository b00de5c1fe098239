use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 2>,
}

#[differentiable]
impl Layer for Net {
    type Input = Tensor<4>;
    type Output = Tensor<3>;

    fn forward(&self, x: &Tensor<4>) -> Tensor<2> { //~
        self.fc.forward(x)
    }
}

#[derive(Module)]
struct Other {
    fc: Linear<4, 2>,
}

#[differentiable]
impl Layer for Other {
    type Input = Tensor<3>;
    type Output = Tensor<2>;

    fn forward(&self, x: &Tensor<4>) -> Self::Output { //~
        self.fc.forward(x)
    }
}

#[differentiable]
impl Other {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        self.forward(x).sum()
    }
}

fn main() {}
