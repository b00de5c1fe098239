use tiedw::prelude::*;

#[derive(Value, Clone)]
struct State {
    h: Tensor<4>,
}

impl State {
    fn part<const N: usize>(&self) -> Tensor<4> {
        &self.h * N as f32
    }
}

#[derive(Module)]
struct Net {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Net {
    fn turbofish(&self, x: &Tensor<4>) -> f32 {
        let state = State { h: self.fc.forward(x) };
        state.part::<2>().sum() //~
    }
    fn median(&self, x: &[Tensor<4>]) -> f32 {
        let mut sums: Vec<f32> = x.iter().map(|x| self.fc.forward(x).sum()).collect();
        sums.select_nth_unstable_by(1, |a, b| a.total_cmp(b)); //~
        sums.sort_unstable_by(|a, b| a.total_cmp(b)); //~
        sums[sums.len() / 2]
    }
}

fn main() {}
