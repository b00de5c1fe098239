use tiedw::prelude::*;

#[differentiable]
trait Cell: Module {
    type Gradient; //~
    type State<'a>; //~
    fn mix(&self, other: &Self) -> f32; //~
    fn step(&self, x: &Tensor<3, Self::Elem>) -> f32; //~
}

#[differentiable]
trait Other {
    fn power(&self, n: usize) -> f32 { //~
        if n == 0 { 1.0 } else { self.power(n - 1) }
    }
    fn run(&self, x: f32) -> f32 {
        let y; //~
        loop {
            y = x;
            break;
        }
        y
    }
}

#[derive(Module)]
struct Net {
    fc: Linear<3, 3>,
}

#[differentiable(trait)] //~
impl Net {
    fn step(&self, x: &Tensor<3>) -> Tensor<3> {
        self.fc.forward(x)
    }
}

#[differentiable(trait)] //~
fn square(x: f32) -> f32 {
    x * x
}

#[differentiable(trait)] //~
trait Third {
    fn f(&self) -> f32;
}

fn main() {}
