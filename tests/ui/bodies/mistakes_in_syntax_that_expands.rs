// Loops, `?` and macros expand to other code in each place where a body is emitted. A mistake in them is one error.

use tiedw::prelude::*;

#[derive(Module, Clone)]
struct Net {
    fc: Linear<3, 3>,
}

#[derive(Value, Clone)]
struct State {
    h: Tensor<3>,
    steps: usize,
}

#[differentiable]
impl Net {
    fn loop_over_a_number(&self, x: &Tensor<3>, n: usize) -> f32 {
        let mut h = x.clone();
        for _ in n { //~
            h = self.fc.forward(&h);
        }
        h.mean()
    }

    fn question_of_a_number(&self, x: &Tensor<3>) -> Option<f32> {
        let mean = x.mean()?; //~
        Some(mean)
    }

    fn assertion_of_a_number(&self, x: &Tensor<3>) -> f32 {
        let h = self.fc.forward(x);
        assert!(x.rows()); //~
        h.mean()
    }

    fn no_debug(&self, x: &Tensor<3>) -> f32 {
        let state = State { h: x.clone(), steps: 1 };
        println!("{state:?}"); //~
        state.h.mean()
    }

    fn value_in_the_middle(&self, x: &Tensor<3>) -> f32 {
        if x.rows() > 1 {
            x.mean() //~
        }
        x.sum()
    }

    fn sum_of_another_type(&self, x: &Tensor<3>) -> f32 {
        let list = vec![x.clone()];
        let _total: usize = list.iter().map(|h| h.mean()).sum(); //~
        x.mean()
    }

    fn misspelt_end_of_an_iterator(&self, x: &Tensor<3>) -> f32 {
        let list = vec![x.clone()];
        list.iter().map(|h| h.mean()).summ() //~
    }

    fn arms_of_other_types(&self, x: &Tensor<3>) -> f32 {
        let h = if x.rows() > 1 { self.fc.forward(x) } else { 1.0 }; //~
        h.mean()
    }

    fn no_else(&self, x: &Tensor<3>) -> f32 {
        let h = if x.rows() > 1 { self.fc.forward(x) }; //~
        h.mean()
    }

    fn index_of_a_float(&self, x: &Tensor<3>) -> f32 {
        let list = vec![x.clone()];
        list[0.0].mean() //~
    }

    fn index_of_another_integer(&self, x: &Tensor<3>, i: i32) -> f32 {
        let list = vec![x.clone()];
        list[i].mean() //~
    }

    fn field_that_is_missing(&self, x: &Tensor<3>) -> f32 {
        let state = State { h: x.clone(), steps: 1 };
        let State { h } = state; //~
        h.mean()
    }

    fn tuple_of_another_length(&self, x: &Tensor<3>) -> f32 {
        let (a, b) = (x.relu(), x.tanh(), 1); //~
        a.mean() + b.mean()
    }

    fn argument_too_many(&self, x: &Tensor<3>) -> f32 {
        let h = Some(x.relu(), 1); //~
        h.unwrap().mean()
    }

    fn closure_with_other_arguments(&self, x: &Tensor<3>) -> f32 {
        let sum = |a: &Tensor<3>, b: &Tensor<3>| a + b;
        sum(x).mean() //~
    }
}

fn main() {}
