use tiedw::prelude::*;

#[derive(Module)]
struct Net<E: Element, F: Element> {
    a: Linear<4, 4, Own, Own, E>,
    b: Linear<4, 4, Own, Own, F>, //~
}

#[differentiable]
impl<E: Element, F: Element> Net<E, F> {
    fn loss(&self, x: &Tensor<4, E>) -> E {
        self.a.forward(x).sum()
    }
}

#[derive(Module)]
struct List<E, F>
where
    E: Element,
    F: Element,
{
    blocks: [Linear<4, 4, Own, Own, E>; 2],
    #[module(init = ones)]
    gains: Vec<Vector<4, F>>, //~
}

fn main() {}
