use tiedw::prelude::*;

#[derive(Value, Clone)]
struct Score {
    value: f32,
}

impl From<f32> for Score {
    fn from(value: f32) -> Score {
        Score { value }
    }
}

#[differentiable]
fn of_own_type(x: f32) -> f32 {
    let score: Score = (x * 2.0).into(); //~
    score.value
}

#[differentiable]
fn of_other_numbers(list: &[f32]) -> f32 {
    let pair: [f64; 2] = list.try_into().unwrap(); //~
    pair[0] as f32
}

#[differentiable]
fn without_unwrap(list: &[f32]) -> f32 {
    let pair: [f32; 2] = list.try_into(); //~
    pair[0]
}

fn main() {}
