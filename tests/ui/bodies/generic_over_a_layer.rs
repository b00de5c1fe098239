use tiedw::prelude::*;

#[derive(Module)]
struct Net<const N: usize, L> {
    act: L,
    fc: [L; 2],
}

#[differentiable]
impl<const N: usize, L: Layer<Input = Tensor<N>, Output = Tensor<N>, Elem = f32>> Net<N, L> {
    fn reference(&self, x: &Tensor<N>) -> Tensor<N> {
        self.act.forward(self.fc[0].forward(x)) //~
    }

    fn misspelt_method(&self, x: &Tensor<N>) -> Tensor<N> {
        self.act.forwards(x) //~
    }

    fn other_output(&self, x: &Tensor<N>) -> f32 {
        self.act.forward(x) //~
    }
}

#[derive(Module)]
struct Pair<A, B> {
    first: A,
    second: B,
}

#[differentiable]
impl<A: Layer<Elem = f32>, B> Pair<A, B>
where
    B: Layer<Input = A::Output, Output = Tensor<3>, Elem = f32>,
{
    fn loss(&self, x: &A::Input) -> f32 {
        self.second.forward(&self.first.forward(x)).summ() //~
    }
}

fn main() {}
