use tiedw::prelude::*;

trait Cell {
    fn step(&self, x: &Tensor<4>) -> Tensor<4>;
}

#[derive(Module)]
struct Net<C> {
    cell: C,
    head: Linear<4, 1>,
}

#[differentiable]
impl<C: Cell> Net<C> { //~
    fn loss(&self, x: &Tensor<4>) -> f32 {
        self.head.forward(&self.cell.step(x)).sum()
    }
}

mod with_module {
    use tiedw::prelude::*;

    trait Stage {
        const DEPTH: usize;
        fn run(&self, x: &Tensor<4>) -> Tensor<4>;
    }

    #[derive(Module)]
    struct Net<S> {
        head: Linear<4, 1>,
        stage: S,
    }

    #[differentiable]
    impl<S> Net<S>
    where
        S: Stage + Module<Elem = f32>, //~
    {
        fn loss(&self, x: &Tensor<4>) -> f32 {
            self.head.forward(&self.stage.run(x)).sum()
        }
    }
}

fn main() {}
