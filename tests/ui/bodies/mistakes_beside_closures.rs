//! After a closure, within one, and where a type is written, a mistake is reported once.

use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
    list: Vec<Linear<4, 4>>,
}

#[differentiable]
impl Net {
    fn apply(&self, x: &Tensor<4>, f: impl Fn(&Tensor<4>) -> Tensor<4>) -> Tensor<4> {
        f(&self.fc.forward(x))
    }
    fn result_of_a_named_closure(&self, x: &Tensor<4>) -> Tensor<4> {
        let twice = |h: f32| h * 2.0;
        let h = twice(x.sum());
        let wrong: Tensor<4> = h; //~
        wrong
    }
    fn result_of_a_chain(&self, x: &Tensor<4>) -> Tensor<4> {
        let h: f32 = self.list.iter().map(|layer| layer.forward(x).sum()).sum();
        let wrong: Tensor<4> = h; //~
        wrong
    }
    fn operator_after_a_chain(&self, x: &Tensor<4>) -> f32 {
        let h: f32 = [x.sum(), 2.0].iter().map(|h| h * 2.0).sum();
        h + "a" //~
    }
    fn written_type(&self, x: &Tensor<4>) -> Tensor<4> {
        let (h, rows): (f32, usize) = (x.sum(), x.rows());
        let wrong: Tensor<4> = h; //~
        wrong * rows as f32
    }
    fn within_a_named_closure(&self, x: &Tensor<4>) -> f32 {
        let f = |h: Tensor<4>| {
            let wrong: f32 = h.clone(); //~
            wrong
        };
        f(self.fc.forward(x))
    }
    fn within_a_passed_closure(&self, x: &Tensor<4>) -> f32 {
        self.apply(x, |h| h.powi()).sum() //~
    }
    fn condition_in_a_passed_closure(&self, x: &Tensor<4>) -> f32 {
        self.apply(x, |h| if h { h * 2.0 } else { h.clone() }).sum() //~
    }
    fn passed_closure_of_another_type(&self, x: &Tensor<4>) -> f32 {
        self.apply(x, |h| h.sum()).sum() //~
    }
}

#[differentiable]
fn condition_by_a_tensor(x: &Tensor<4>) -> f32 {
    let h = x * 3.0;
    let chosen = if h { &h * 2.0 } else { h.clone() }; //~
    chosen.sum()
}

#[differentiable]
fn condition_in_parentheses(x: &Tensor<4>) -> f32 {
    let h = x.relu();
    let chosen = if !(h && x.rows() > 2) { h.relu() } else { h.clone() }; //~
    chosen.sum()
}

#[differentiable]
trait Stage: Module<Elem = f32> {
    fn run(&self, x: &Tensor<4>) -> Tensor<4>;
    fn loss(&self, x: &Tensor<4>) -> f32 {
        let h = self.run(x);
        let chosen = if h { &h * 2.0 } else { h.clone() }; //~
        chosen.sum()
    }
}

fn main() {}
