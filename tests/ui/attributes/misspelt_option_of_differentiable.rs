use tiedw::prelude::*;

#[derive(Value)]
struct Pair {
    x: Tensor<4>,
    y: Tensor<4>,
}

#[differentiable(values)] //~
impl Pair {
    fn difference(&self) -> f32 {
        (&self.x - &self.y).sum()
    }
}

#[differentiable(recursion)] //~
fn power(x: f32, n: usize) -> f32 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}

#[differentiable(module)] //~
struct Net {
    fc: Linear<4, 4>,
}

fn main() {
    let _ = Pair { x: Tensor::zeros([1]), y: Tensor::zeros([1]) }.difference();
}
