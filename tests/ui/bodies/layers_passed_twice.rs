use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    a: Linear<4, 4>,
    b: Linear<4, 4>,
}

#[differentiable]
fn twice(layer: &Linear<4, 4>, x: &Tensor<4>) -> Tensor<4> {
    layer.forward(&layer.forward(x))
}

fn plain(layer: &Linear<4, 4>, x: &Tensor<4>) -> Tensor<4> {
    layer.forward(x)
}

#[differentiable]
impl Net {
    fn method(&self, layer: &Linear<4, 4>, x: &Tensor<4>) -> Tensor<4> {
        layer.forward(x)
    }

    fn of_function(&self, x: &Tensor<4>) -> Tensor<4> {
        twice(&self.a, x) + twice(&self.b, x)
    }

    fn of_method(&self, x: &Tensor<4>) -> Tensor<4> {
        self.method(&self.a, x) + self.method(&self.b, x)
    }

    fn of_plain_function(&self, x: &Tensor<4>) -> Tensor<4> {
        plain(&self.a, x) + plain(&self.b, x) //~
    }
}

fn main() {}
