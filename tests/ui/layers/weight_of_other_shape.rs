use tiedw::prelude::*;

fn main() {
    let layer = Linear::<10, 5> { weight: Matrix::<10, 5>::zeros(), bias: Vector::zeros() };
    layer.forward(&Tensor::zeros([1]));
}
