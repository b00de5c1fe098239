use rand::Rng;
use rand::rngs::StdRng;
use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn forgotten(&self, x: &Tensor<4>) -> Tensor<4> {
        let noise = Tensor::<4>::randn([2]); //~
        self.fc.forward(&(x + noise))
    }

    fn borrowed(&self, x: &Tensor<4>, rng: &StdRng) -> Tensor<4> { //~
        let noise = Tensor::<4>::randn([2], rng);
        self.fc.forward(&(x + noise))
    }

    fn owned(&self, x: &Tensor<4>, rng: StdRng) -> Tensor<4> { //~
        let noise = Tensor::<4>::randn([2], rng);
        self.fc.forward(&(x + noise))
    }

    fn generic<R: Rng>(&self, x: &Tensor<4>, rng: &R) -> Tensor<4> { //~
        let noise = Tensor::<4>::randn([2], rng);
        self.fc.forward(&(x + noise))
    }

    fn of_trait(&self, x: &Tensor<4>, rng: impl Rng) -> Tensor<4> { //~
        let noise = Tensor::<4>::randn([2], rng);
        self.fc.forward(&(x + noise))
    }
}

fn main() {}
