use tiedw::prelude::*;

#[differentiable]
fn of_for(x: &Tensor<4>) -> f32 {
    let mut sum = 0.0;
    for _ in 0..3 {
        sum += x.sum();
        if sum > 3.0 {
            break sum; //~
        }
    }
    sum
}

#[differentiable]
fn of_while(x: &Tensor<4>) -> f32 {
    let mut sum = 0.0;
    while sum < 3.0 {
        sum += x.sum();
        break x.mean(); //~
    }
    sum
}

#[differentiable]
fn of_label(x: &Tensor<4>) -> f32 {
    let mut sum = 0.0;
    'outer: for _ in 0..3 {
        loop {
            sum += x.sum();
            break 'outer sum; //~
        }
    }
    sum
}

#[differentiable]
fn of_none(x: &Tensor<4>) -> f32 {
    let sum = x.sum();
    if sum > 3.0 {
        break; //~
    }
    sum
}

#[differentiable]
fn of_loop(x: &Tensor<4>) -> f32 {
    let first = loop {
        break x.sum();
    };
    let second = 'block: {
        for _ in 0..3 {
            break 'block x.mean();
        }
        0.0
    };
    first + second
}

fn main() {}
