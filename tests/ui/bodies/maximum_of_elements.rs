use tiedw::prelude::*;

#[differentiable]
fn hinge<E: Element>(x: &Tensor<4, E>) -> E {
    (E::ONE - x.sum()).max(E::ZERO) //~
}

#[derive(Module)]
struct Net<E: Element> {
    fc: WithElem<Linear<4, 4>, E>,
}

#[differentiable]
impl<E: Element> Net<E> {
    fn loss(&self, x: &Tensor<4, E>) -> E {
        self.fc.forward(x).sum().min(E::ONE) //~
    }
}

fn main() {}
