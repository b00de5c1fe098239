//! Methods of other types beside the module, in impl blocks that lack `#[differentiable]`.

use tiedw::prelude::*;

#[derive(Module)]
struct Cell<const D: usize> {
    fc: Linear<D, D>,
}

impl<const D: usize> Cell<D> {
    fn step(&self, x: &Tensor<D>) -> Tensor<D> {
        self.fc.forward(x)
    }
}

#[derive(Module)]
struct Block {
    fc: Linear<4, 4>,
    #[module(skip)]
    causal: bool,
}

impl Block {
    fn run(&self, x: &Tensor<4>) -> Tensor<4> {
        self.fc.forward(x)
    }
    fn is_causal(&self) -> bool {
        self.causal
    }
}

#[derive(Clone, Copy)]
struct Scale {
    by: f32,
}

impl Scale {
    fn scaled(&self, x: &Tensor<4>) -> Tensor<4> {
        x * self.by
    }
}

#[derive(Clone, Copy)]
enum Activation {
    Relu,
    Tanh,
}

impl Activation {
    fn of(self, x: &Tensor<4>) -> Tensor<4> {
        match self {
            Activation::Relu => x.relu(),
            Activation::Tanh => x.tanh(),
        }
    }
}

mod others {
    use tiedw::prelude::*;

    #[derive(Module)]
    pub struct Part<const D: usize> {
        pub fc: Linear<D, D>,
    }

    impl<const D: usize> Part<D> {
        pub fn run(&self, x: &Tensor<D>) -> Tensor<D> {
            self.fc.forward(x)
        }
    }

    #[derive(Clone)]
    pub struct Shift {
        pub by: f32,
    }

    impl Shift {
        pub fn shifted(&self, x: &Tensor<4>) -> Tensor<4> {
            x + self.by
        }
    }

    impl Shift {
        pub fn back(&self, x: &Tensor<4>) -> Tensor<4> {
            x - self.by
        }
    }

    pub mod inner {
        use tiedw::prelude::*;

        #[derive(Module)]
        pub struct Twice {
            pub part: super::Part<4>,
        }

        #[differentiable]
        impl Twice {
            pub fn twice(&self, x: &Tensor<4>) -> Tensor<4> {
                self.part.fc.forward(&self.part.run(x)) //~
            }
        }
    }
}

#[derive(Module)]
struct Net {
    part: others::Part<4>,
    #[module(skip)]
    shift: others::Shift,
    cell: Cell<4>,
    cells: Vec<Cell<4>>,
    block: Block,
    #[module(skip)]
    scale: Scale,
    #[module(skip)]
    activation: Activation,
}

#[differentiable]
impl Net {
    fn of_part(&self, x: &Tensor<4>) -> f32 {
        self.cell.step(x).mean() //~
    }
    fn in_loop(&self, x: &Tensor<4>) -> f32 {
        let mut h = x.clone();
        for cell in &self.cells {
            h = cell.step(&h); //~
        }
        h.mean()
    }
    fn in_closure(&self, x: &Tensor<4>) -> f32 {
        self.cells.iter().map(|cell| cell.step(x).mean()).sum::<f32>() //~
    }
    fn of_part_with_setting(&self, x: &Tensor<4>) -> f32 {
        self.block.run(x).mean() //~
    }
    fn question(&self, x: &Tensor<4>) -> f32 {
        if self.block.is_causal() { x.mean() } else { self.block.fc.forward(x).mean() } //~
    }
    fn of_setting(&self, x: &Tensor<4>) -> f32 {
        self.scale.scaled(&self.block.fc.forward(x)).mean() //~
    }
    fn of_choice(&self, x: &Tensor<4>) -> f32 {
        self.activation.of(&self.block.fc.forward(x)).mean() //~
    }
    fn of_another_module(&self, x: &Tensor<4>) -> f32 {
        self.part.run(x).mean() //~
    }
    fn of_setting_elsewhere(&self, x: &Tensor<4>) -> f32 {
        self.shift.shifted(&self.block.fc.forward(x)).mean() //~
    }
    fn of_data(&self, x: &Tensor<4>, #[constant] scale: &Scale) -> f32 {
        scale.scaled(&self.block.fc.forward(x)).mean() //~
    }
}

#[differentiable]
fn loss(x: &Tensor<4>, #[constant] scale: &Scale) -> f32 {
    scale.scaled(&x.relu()).mean() //~
}

fn main() {}
