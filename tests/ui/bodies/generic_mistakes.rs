use tiedw::prelude::*;

#[derive(Module)]
struct Net<const N: usize, E: Element> {
    fc: WithElem<Linear<N, N>, E>,
}

fn smooth<const N: usize, E: Element>(x: &Tensor<N, E>) -> Tensor<N, E> {
    x.sqrt()
}

#[differentiable]
impl<const N: usize, E: Element> Net<N, E> {
    fn misspelt_function(&self, x: &Tensor<N, E>) -> E {
        mse_los(&self.fc.forward(x), x) //~
    }

    fn misspelt_method(&self, x: &Tensor<N, E>) -> E {
        self.fc.forward(x).rleu().sum() //~
    }

    fn other_type(&self, x: &Tensor<N, E>) -> E {
        let count: usize = 1.5; //~
        self.fc.forward(x).sum() * E::from_count(count)
    }

    fn other_size<const M: usize>(&self, x: &Tensor<N, E>, y: &Tensor<M, E>) -> E {
        mse_loss(&self.fc.forward(x), y) //~
    }

    fn without_companion(&self, x: &Tensor<N, E>) -> E {
        smooth(&self.fc.forward(x)).sum() //~
    }
}

#[differentiable]
fn difference<const N: usize, E: Element>(x: &Tensor<N, E>, y: &Tensor<3, E>) -> E {
    mse_loss(x, y) //~
}

fn main() {}
