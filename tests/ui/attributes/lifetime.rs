use tiedw::prelude::*;

#[derive(Module)]
struct Net<'w> {
    fc: Linear<4, 4>,
    borrowed: &'w Matrix<4, 4>,
}

fn main() {
    let borrowed = Box::leak(Box::new(Matrix::zeros()));
    let net = Net { fc: Linear { weight: Matrix::zeros(), bias: Vector::zeros() }, borrowed };
    assert_eq!(net.parameters().len(), 2);
    net.view().fc.forward(&Tensor::zeros([1]));
}
